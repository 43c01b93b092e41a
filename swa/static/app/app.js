// Everything works without this file; it only adds the behaviour of the components.
import { initAll } from "../vendor/govuk-frontend-6.3.0/govuk-frontend.min.js";

initAll();

// Attendance: a box above the names that leaves only those with what is typed.
const box = document.querySelector("[data-name-filter]");
if (box) {
  box.hidden = false;
  box.addEventListener("input", ({ target }) => {
    for (const row of document.querySelectorAll("[data-name]")) {
      row.hidden = !row.dataset.name.includes(target.value.trim().toLowerCase());
    }
  });
}

// An address to copy: a button that only works here.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = "Copied";
  });
}
