"""The site's settings for Sphinx. Its sources stand where they belong in the project: docs/, the
chapters in tutorials/, and what pages.py makes of the exercises and headers. ./run docs builds it."""

import json
import re
import sys
from pathlib import Path

from sphinx.errors import ExtensionError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

import pages  # noqa: E402

pages.write(ROOT, HERE.parent / "generated")

project = "Hourglass"
author = "the Hourglass authors"
copyright = author
root_doc = "docs/index"
include_patterns = ["CHANGELOG.md", "docs/*.md", "docs/decisions/*.md", "docs/generated/**", "tutorials/[0-9]*/*.md",
                    "datasets/README.md", "tutorials/exercises/README.md"]
exclude_patterns = ["tutorials/[0-9]*/recorded"]

extensions = ["myst_parser", "breathe", "sphinx.ext.mathjax", "sphinx_copybutton"]
highlight_language = "text"

myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3

breathe_projects = {"hourglass": str(ROOT / "build/docs/doxygen/xml")}
breathe_default_project = "hourglass"
breathe_default_members = ("members",)
cpp_id_attributes = ["HOURGLASS_PRECISION"]

# Formulas are set by KaTeX, which lies beside the pages: nothing is fetched when they are read.
myst_update_mathjax = False
mathjax_path = "formulas.js"
mathjax_options = {"defer": "defer"}

html_theme = "furo"
html_title = "Hourglass"
html_static_path = [str(HERE / "static"), "/usr/share/javascript/katex"]
html_css_files = ["katex.min.css", "site.css"]
html_js_files = [("katex.min.js", {"defer": "defer"}), ("contrib/auto-render.js", {"defer": "defer"})]
html_extra_path = [str(HERE / "index.html")]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#8a5a00", "color-brand-content": "#8a5a00"},
    "dark_css_variables": {"color-brand-primary": "#e8b04a", "color-brand-content": "#e8b04a"},
}


def put_figures(app, page, source):
    """Chapter 5's text quotes what its program found as {{ c05["mse"] }}."""

    def figure(match):
        found = next((ROOT / "tutorials").glob(f"{match[1]}_*/recorded/figures.json"))
        return json.loads(found.read_text())[match[2]]

    # A source is a file to download, which has no lines to go to.
    source[0] = re.sub(r"(\]\([^)\s]+\.[ch]pp)#L\d+\)", r"\1)", source[0])
    source[0] = re.sub(r'\{\{ c(\d\d)\["([^"]+)"\] \}\}', figure, source[0])
    if left := re.search(r"\{\{ *c\d.*", source[0]):
        raise ExtensionError(f"{page}: '{left[0]}' quotes no figure; it is written {{{{ c05[\"name\"] }}}}")
    if lost := re.search(r"^%.*", source[0], re.M):
        raise ExtensionError(f"{page}: '{lost[0]}' begins with %, which makes a comment of the line")


def setup(app):
    app.connect("source-read", put_figures)
