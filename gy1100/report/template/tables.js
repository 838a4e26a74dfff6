(function () {
  "use strict";
  if (window.gyTables) { return; }
  window.gyTables = true;
  var order = new Intl.Collator("zh-CN", { numeric: true });

  function keyOf(row, column) {
    var cell = row.cells[column];
    return cell.dataset.v !== undefined ? cell.dataset.v : cell.textContent.trim();
  }

  function compare(a, b) {
    var number = /^[-+]?\d+(\.\d+)?%?$/;
    return number.test(a) && number.test(b) ? parseFloat(a) - parseFloat(b) : order.compare(a, b);
  }

  function sortBy(header) {
    var table = header.closest("table"), body = table.tBodies[0];
    var direction = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    var rows = Array.from(body.rows).map(function (row) { return [keyOf(row, header.cellIndex), row]; });
    rows.sort(function (a, b) {
      if (!a[0] || !b[0]) { return (a[0] ? 0 : 1) - (b[0] ? 0 : 1); }
      return direction * compare(a[0], b[0]);
    });
    table.querySelectorAll("th[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
    header.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
    rows.forEach(function (pair) { body.appendChild(pair[1]); });
  }

  function filter(field) {
    var wanted = field.value.trim().toLowerCase();
    field.parentElement.querySelectorAll("tbody tr").forEach(function (row) {
      row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
    });
  }

  document.addEventListener("click", function (event) {
    var header = event.target.closest && event.target.closest(".gy-table th");
    if (header) { sortBy(header); }
  });
  document.addEventListener("input", function (event) {
    if (event.target.classList && event.target.classList.contains("gy-filter")) { filter(event.target); }
  });
}());
