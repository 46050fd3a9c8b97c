// Sphinx leaves formulas as \(…\) and \[…\]; KaTeX sets them.
document.addEventListener("DOMContentLoaded", () =>
  document.querySelectorAll(".math").forEach((element) =>
    renderMathInElement(element, {
      delimiters: [
        { left: "\\(", right: "\\)", display: false },
        { left: "\\[", right: "\\]", display: true },
      ],
    })));
