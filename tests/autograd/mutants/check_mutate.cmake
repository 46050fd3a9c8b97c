# Shows that MUTATE applies an edit that is there once, and refuses one that is there never or twice.
file(WRITE ${FOLDER}/source.cpp [[
Var helper(Var x) {
  y = -x;  // there
  return y;
}
Var negate(Var x) {
  if (x) {
    y = -x;
    y = -x;
  }
  return y;
}
]])

# check(LIST EXPECTED): EXPECTED is what it says, or "" where it is to accept the list.
function(check list expected)
  file(WRITE ${FOLDER}/list.txt "${list}")
  file(REMOVE ${FOLDER}/out.cpp)
  execute_process(COMMAND ${MUTATE} ${FOLDER}/source.cpp ${FOLDER}/list.txt ${FOLDER}/out.cpp
                  RESULT_VARIABLE code ERROR_VARIABLE said ERROR_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "${FOLDER}/" "" said "${said}")
  if(NOT said STREQUAL expected OR (expected AND code EQUAL 0) OR (NOT expected AND NOT code EQUAL 0))
    message(SEND_ERROR "Expected '${expected}', but mutate returned ${code} and said '${said}'.")
  endif()
endfunction()

check("# A comment.\nnegate in helper: has the wrong sign\n- y=\n-   - x;\n+ y = x;\n" "")
file(READ ${FOLDER}/out.cpp out)
if(NOT out MATCHES [[{"negate", "source.cpp", "has the wrong sign"}]] OR
   NOT out MATCHES [[{ if .hourglass::mutants::active == seeded_faults . 0. {
 y = x;

} else {
y = -x;
} }  // there]])
  message(SEND_ERROR "The copy is not as it should be:\n${out}")
endif()

check("negate: is old\n- y = 2 * x;\n+ y = x;\n"
  "list.txt:1: negate: the old text is there 0 times, not once, in the function negate of source.cpp")
check("negate in helper: is fine\n- y = -x;\n+ y = x;\n\nnegate: could mean either\n- y = -x;\n+ y = x;\n"
  "list.txt:5: negate: the old text is there 2 times, not once, in the function negate of source.cpp")
check("negate in gone: has no such helper\n- y = -x;\n+ y = x;\n"
  "list.txt:1: negate: the old text is there 0 times, not once, in the function gone of source.cpp")
check("negate: is part of a statement\n- -x;\n+ x;\n"
  "list.txt:1: negate: the old text is there 0 times, not once, in the function negate of source.cpp")
check("negate: ends in the middle\n- y = -x\n+ y = x\n"
  "list.txt:1: negate: the old text does not end a statement")
