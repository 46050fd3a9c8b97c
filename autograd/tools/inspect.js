// Sorts the table of the tape by the column whose heading is pressed; without it the table stands
// in the order in which the step ran.
for (const table of document.querySelectorAll("table.sortable")) {
  const headings = [...table.tHead.rows[0].cells];
  const key = (row, column) => {
    const cell = row.cells[column];
    return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent;
  };
  headings.forEach((heading, column) => {
    heading.querySelector("button")?.addEventListener("click", () => {
      const was = heading.getAttribute("aria-sort");
      const numbers = heading.classList.contains("number") && column > 0;
      const up = was ? was === "descending" : !numbers;
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => {
        const x = key(a, column), y = key(b, column);
        const order = typeof x === "number" ? x - y : x.localeCompare(y, "en", { numeric: true });
        return up ? order : -order;
      });
      table.tBodies[0].append(...rows);
    });
  });
}
const leaves = document.getElementById("leaves");
leaves?.addEventListener("change", () =>
  document.querySelector("table.tape").classList.toggle("operations-only", !leaves.checked));
