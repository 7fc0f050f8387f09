"use strict";
(() => {
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const nothing = document.getElementById("nothing");
  const unfold = document.getElementById("unfold");
  const sections = [...document.querySelectorAll("main > section")];
  const entries = [...document.querySelectorAll("[data-entry]")];
  const folded = entries.filter((one) => one.tagName === "DETAILS");
  const listed = [...document.querySelectorAll("[data-for]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  const texts = new Map();
  const within = new Map(sections.map((section) => [section, entries.filter((one) => section.contains(one))]));

  search.parentElement.hidden = false;
  unfold.hidden = !folded.length;
  if (matchMedia("(max-width: 56rem)").matches) document.querySelector("nav details").open = false;

  const textOf = (node) => {
    if (!texts.has(node)) texts.set(node, node.textContent.toLowerCase());
    return texts.get(node);
  };

  /* What of a section is no entry: its title, and what stands under it. */
  const ownText = (section) => {
    const own = [...section.children].filter((child) => !child.matches("[data-entry]") && !child.querySelector("[data-entry]"));
    return own.map(textOf).join(" ");
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (text) => words.every((word) => text.includes(word));
    let count = 0;
    for (const section of sections) {
      const inside = within.get(section);
      let hits = inside.filter((one) => fits(textOf(one)));
      const isMeant = fits(ownText(section));
      if (isMeant && !hits.length) hits = inside;
      const shown = new Set(hits);
      for (const one of inside) one.hidden = !shown.has(one);
      section.hidden = !hits.length && !isMeant;
      count += hits.length || (section.hidden ? 0 : 1);
    }
    for (const one of groups) one.hidden = !one.querySelector("[data-entry]:not([hidden])");
    for (const one of listed) {
      const target = document.getElementById(one.dataset.for);
      one.hidden = Boolean(target && target.closest("[hidden]"));
    }
    found.textContent = words.length ? `${count} found` : "";
    nothing.hidden = !words.length || count > 0;
  };

  /* A link into something folded opens it; a link to what the search hides ends the search. */
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) {
      search.value = "";
      filter();
    }
    for (let one = target.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    target.scrollIntoView();
  };

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, entries.length > 200 ? 120 : 0);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    search.value = "";
    filter();
    search.blur();
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
  unfold.addEventListener("click", () => {
    const open = unfold.textContent === "Open all";
    for (const one of folded) if (!one.hidden) one.open = open;
    unfold.textContent = open ? "Close all" : "Open all";
  });
  /* A diagram is moved by its bars, or by the hand of a mouse; a finger moves it by itself. */
  for (const diagram of document.querySelectorAll(".diagram")) {
    const drawing = diagram.querySelector("svg");
    const width = Number(drawing.getAttribute("width"));
    const ratio = Number(drawing.getAttribute("height")) / width;
    const resize = (wanted) => {
      const old = drawing.getBoundingClientRect().width;
      const middle = (part, size) => (diagram[part] + size / 2) / old;
      const [x, y] = [middle("scrollLeft", diagram.clientWidth), middle("scrollTop", diagram.clientHeight)];
      drawing.setAttribute("width", wanted);
      drawing.setAttribute("height", wanted * ratio);
      diagram.scrollTo(x * wanted - diagram.clientWidth / 2, y * wanted - diagram.clientHeight / 2);
    };
    for (const button of diagram.parentElement.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => {
        const now = Number(drawing.getAttribute("width"));
        const by = button.dataset.zoom;
        resize(by === "fit" ? diagram.clientWidth : Math.min(Math.max(now * by, 100), width * 4));
      });
    }
    /* At first as much of it as can be read, from the table nearest to its corner on. */
    if (width > diagram.clientWidth) resize(Math.max(diagram.clientWidth, width * 0.6));
    const boxes = [...drawing.querySelectorAll(".node")].map((one) => one.getBoundingClientRect());
    const first = boxes.sort((one, other) => one.left + one.top - other.left - other.top)[0];
    const frame = diagram.getBoundingClientRect();
    if (first) diagram.scrollBy(first.left - frame.left - 24, first.top - frame.top - 48);
    let held = null;
    diagram.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse" && event.button === 0) held = [event.clientX, event.clientY, diagram.scrollLeft, diagram.scrollTop];
    });
    addEventListener("pointermove", (event) => {
      if (!held) return;
      diagram.classList.add("held");
      diagram.scrollTo(held[2] + held[0] - event.clientX, held[3] + held[1] - event.clientY);
    });
    addEventListener("pointerup", () => {
      held = null;
      diagram.classList.remove("held");
    });
    diagram.addEventListener("dragstart", (event) => event.preventDefault());
  }
  /* Paper cannot be unfolded. */
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("main details:not([open])")].filter((one) => !one.hidden);
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) reveal();
  });
  reveal();
})();
