"""What a file that is handed in may not say. It has nothing to do with how it is tested, neither by macros
nor by names."""

import re

HEADERS = """algorithm any array assert.h bit bitset bits/stdc++.h cassert cctype cfloat charconv chrono climits cmath
    compare complex concepts cstddef cstdint cstdio cstdlib cstring deque exception float.h functional
    initializer_list iomanip iostream iterator limits limits.h list map math.h memory new numbers numeric optional
    ostream queue random ranges ratio set span sstream stack stddef.h stdexcept stdint.h stdio.h stdlib.h string
    string.h string_view tuple type_traits typeinfo unordered_map unordered_set utility valarray variant vector""".split()
DIRECTIVE = re.compile(r'\s*#\s*(pragma\s+once|include\s*(<(%s)>|"[a-z0-9_]+\.hpp"|"course/array\.hpp"))\s*'
                       % "|".join(map(re.escape, HEADERS)))
NOT_THEIRS = re.compile(
    r"\b(check_\w*|course\w*|COURSE_\w*|CASE|transcribe|random_array|count_allocations|main|extern|asm|gnu|__\w+|_Pragma|"
    r"current_exception|malloc|calloc|realloc|aligned_alloc)\b")
LEXEME = re.compile(r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<literal>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+')"""
                    r"""|[0-9](?:\.|'?[0-9A-Za-z_])*|[A-Za-z_]\w*""", re.S)


def broken(text: str) -> str:
    """The first rule that this text breaks, or nothing."""
    if found := re.search(r'\\\s*\n|%:|\?\?=|R"|\0', text):
        line = text.count("\n", 0, found.start()) + 1
        return f"line {line}: lines that end in a backslash, digraphs and raw strings are not taken"
    code = LEXEME.sub(lambda each: " " if each["comment"] else each[0], text)
    for line in code.splitlines():
        if line.lstrip().startswith("#") and not DIRECTIVE.fullmatch(line):
            return f"'{line.strip()[:60]}': only '#pragma once' and includes of the course and of the standard library are taken"
    if found := NOT_THEIRS.search(LEXEME.sub(lambda each: " " if each["comment"] or each["literal"] else each[0], text)):
        return f"'{found[0]}' belongs to the test or to the compiler; name yours differently"
    return ""
