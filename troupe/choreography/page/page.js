"use strict";
(() => {
  const nodes = [...document.querySelectorAll(".node")];
  const edges = [...document.querySelectorAll(".edge")];
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const target = (node) => decodeURIComponent(node.getAttribute("href").slice(1));

  // What was chosen stands out with its neighbours; with nothing chosen, everything is as it was.
  const show = (chosen) => {
    const near = new Set(chosen);
    for (const edge of edges) {
      const touched = chosen.has(edge.dataset.from) || chosen.has(edge.dataset.to);
      if (touched) near.add(edge.dataset.from).add(edge.dataset.to);
      edge.classList.toggle("near", touched);
      edge.classList.toggle("dim", chosen.size > 0 && !touched);
    }
    for (const node of nodes) {
      node.classList.toggle("chosen", chosen.has(target(node)));
      node.classList.toggle("dim", chosen.size > 0 && !near.has(target(node)));
    }
  };

  const update = () => {
    const words = search.value.trim().toLowerCase();
    const named = nodes.filter((node) => words && node.textContent.toLowerCase().includes(words)).map(target);
    const opened = decodeURIComponent(location.hash.slice(1));
    const chosen = new Set(words ? named : nodes.map(target).filter((id) => id === opened));
    found.textContent = words ? `${chosen.size || "nothing"} found` : "";
    show(words && !chosen.size ? new Set(["nothing"]) : chosen);
  };

  search.addEventListener("input", update);
  search.addEventListener("keydown", (event) => {
    const first = nodes.find((node) => node.classList.contains("chosen"));
    if (event.key === "Enter" && first) first.focus();
  });
  addEventListener("hashchange", () => {
    update();
    const opened = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (opened) opened.focus({ preventScroll: true });
  });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape") {
      const left = nodes.find((node) => location.hash && target(node) === decodeURIComponent(location.hash.slice(1)));
      search.value = "";
      location.hash = "none";
      update();
      if (left) left.focus();
    }
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((group) => (group.open = true)));
  update();
})();
