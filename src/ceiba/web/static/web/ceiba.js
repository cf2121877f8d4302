/* Small help on every page; all of it works without. */
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  var button = document.querySelector("[data-menu]");
  var site = document.getElementById("site");
  if (button && site) {
    button.hidden = false;
    site.classList.add("menu-closed");
    button.addEventListener("click", function () {
      var closed = site.classList.toggle("menu-closed");
      button.setAttribute("aria-expanded", String(!closed));
    });
  }

  /* A select that stands for its whole form sends it at once; its button is for those without scripts. */
  document.querySelectorAll("form[data-send] select").forEach(function (select) {
    select.addEventListener("change", function () { select.form.requestSubmit ? select.form.requestSubmit() : select.form.submit(); });
  });

  /* Signing out takes the people and plots that forms hold off this browser; what was not sent stays, out of sight. */
  document.querySelectorAll("form[data-sign-out]").forEach(function (form) {
    form.addEventListener("submit", function () {
      var owner = JSON.parse(localStorage.getItem("ceiba.fill.owner"));
      localStorage.removeItem("ceiba.fill.owner");
      if (owner) indexedDB.deleteDatabase("ceiba-fill-lists-" + owner.id);
    });
  });

  /* What must not be done twice is sent once, however often its button is touched. */
  document.querySelectorAll("form[data-once]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.once) event.preventDefault();
      form.dataset.once = "sent";
    });
  });

  /* Which of one's browsers this one is: it alone knows. */
  document.querySelectorAll("[data-installation]").forEach(function (mark) {
    mark.hidden = mark.dataset.installation !== localStorage.getItem("ceiba.fill.installation");
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  /* What cannot be shown as a part is shown as a page, which says what is wrong. */
  document.body.addEventListener("htmx:responseError", function (event) {
    window.location.assign(event.detail.pathInfo.finalRequestPath || event.detail.pathInfo.requestPath);
  });

  /* After a month's explanation came in, mark its cell and move the reader there. */
  document.body.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id !== "month") return;
    document.querySelectorAll("a.cell[aria-current]").forEach(function (cell) { cell.removeAttribute("aria-current"); });
    var cell = document.querySelector('a.cell[href="' + event.detail.requestConfig.path.replace(/"/g, "") + '"]');
    if (cell) cell.setAttribute("aria-current", "true");
    var heading = event.detail.target.querySelector("h2");
    if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
    event.detail.target.scrollIntoView({ block: "start" });
  });
})();
