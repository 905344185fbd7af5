// Five doors in a street. Behind each lives somebody; the learner says what she sees and is told why.
(() => {
  "use strict";

  const { STREET, report } = window;
  const COLOURS = ["plum", "sage", "coral", "sky", "honey"];
  const main = document.getElementById("main");
  const state = { answers: {}, round: 1, ...report.state() };
  let closed = false;

  function make(tag, properties = {}, ...inside) {
    const { data, ...own } = properties;
    const node = Object.assign(document.createElement(tag), own);
    Object.assign(node.dataset, data);
    node.append(...inside.filter((one) => one !== null));
    return node;
  }

  function show(title, ...inside) {
    const heading = make("h1", { textContent: title, tabIndex: -1 });
    main.replaceChildren(heading, ...inside);
    return heading;
  }

  const seen = () => STREET.filter((person) => person.id in state.answers).length;
  const right = () => STREET.filter((person) => person.answers[state.answers[person.id]]?.right).length;

  function drawing(colour, isOpen) {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    svg.setAttribute("viewBox", "0 0 60 84");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", `door door--${colour}`);
    const shapes = isOpen
      ? [["rect", "door__frame", 4, 4, 52, 80], ["rect", "door__light", 9, 9, 42, 75], ["path", "door__leaf", "M9 9 L27 16 V80 L9 84 Z"]]
      : [["rect", "door__frame", 4, 4, 52, 80], ["rect", "door__leaf", 9, 9, 42, 75], ["rect", "door__panel", 15, 16, 13, 22], ["rect", "door__panel", 32, 16, 13, 22], ["rect", "door__panel", 15, 46, 30, 30], ["circle", "door__knob", 46, 52, 2.4]];
    for (const [shape, name, ...at] of shapes) {
      const node = document.createElementNS(ns, shape);
      node.setAttribute("class", name);
      const names = { rect: ["x", "y", "width", "height"], circle: ["cx", "cy", "r"], path: ["d"] }[shape];
      names.forEach((key, index) => node.setAttribute(key, at[index]));
      if (name === "door__panel") node.setAttribute("rx", 2);
      svg.append(node);
    }
    return svg;
  }

  function street(focus = true) {
    const doors = STREET.map((person, at) => {
      const given = person.id in state.answers;
      const words = given ? person.name : "Knock";
      const button = make("button", { type: "button", className: "knock" }, drawing(COLOURS[at], given), make("span", { className: "knock__number", textContent: person.door }), make("span", { className: "knock__who", textContent: words }));
      button.addEventListener("click", () => visit(at));
      return make("li", {}, button);
    });
    const count = seen();
    const lead = count
      ? `You have been to ${count} of 5 doors.`
      : "Five doors in one street. Behind some of them somebody looks after another person, unpaid, and nobody has noticed. Knock, listen, and say what you see. It takes about five minutes.";
    const done = count === STREET.length;
    const next = make("button", { type: "button", className: "button", textContent: done ? "See how you did" : count ? "Go to the next door" : "Knock at the first door" });
    next.addEventListener("click", () => (done ? result() : visit(STREET.findIndex((person) => !(person.id in state.answers)))));
    const heading = show("Spot the carer", make("p", { className: "lead", textContent: lead }), make("ol", { className: "street" }, ...doors), make("p", {}, next));
    if (focus) heading.focus();
  }

  function visit(at) {
    const person = STREET[at];
    const given = state.answers[person.id];
    const options = person.answers.map((answer, index) => {
      const input = make("input", { type: "radio", name: "answer", id: `a${index}`, value: String(index), checked: given === index, disabled: given !== undefined });
      const label = make("label", { htmlFor: `a${index}`, textContent: answer.text });
      return make("div", { className: "option" }, input, label);
    });
    const trouble = make("p", { className: "trouble", id: "trouble", hidden: true, textContent: "Choose one of the three answers." });
    const fields = make("fieldset", {}, make("legend", { textContent: person.asks }), trouble, ...options);
    const told = make("div", { className: "told", role: "status" });
    const button = make("button", { type: "submit", className: "button", textContent: "Say it" });
    const form = make("form", { noValidate: true }, fields, ...(given === undefined ? [button] : []));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = fields.querySelector("input:checked");
      trouble.hidden = Boolean(chosen);
      if (!chosen) {
        fields.setAttribute("aria-describedby", "trouble");
        fields.querySelector("input").focus();
        return;
      }
      fields.removeAttribute("aria-describedby");
      fields.querySelectorAll("input").forEach((input) => (input.disabled = true));
      button.remove();
      say(at, Number(chosen.value));
      tell(at, told);
    });
    const says = make("blockquote", {}, make("p", { textContent: `“${person.says}”` }), make("footer", { textContent: person.name }));
    const scene = make("div", { className: "scene" }, drawing(COLOURS[at], true), says);
    const heading = show(`${person.door}: ${person.name}`, scene, form, told, back());
    if (given !== undefined) tell(at, told);
    heading.focus();
    if (given === undefined) report.keep(state, person.id);
  }

  function say(at, chosen) {
    const person = STREET[at];
    const best = person.answers.findIndex((answer) => answer.right);
    state.answers[person.id] = chosen;
    report.answer(person.id, person.asks, "abc"[chosen], "abc"[best], chosen === best);
    report.keep(state, person.id);
    if (seen() === STREET.length) report.score((100 * right()) / STREET.length);
    report.save();
  }

  function tell(at, place) {
    const answer = STREET[at].answers[state.answers[STREET[at].id]];
    const next = STREET.findIndex((person) => !(person.id in state.answers));
    const button = make("button", { type: "button", className: "button", textContent: next < 0 ? "See how you did" : "Go to the next door" });
    button.addEventListener("click", () => (next < 0 ? result() : visit(next)));
    place.className = `told told--${answer.right ? "right" : "other"}`;
    place.replaceChildren(make("p", { className: "told__word", textContent: answer.right ? "Yes." : "Look again." }), make("p", { textContent: answer.why }));
    place.after(make("p", {}, button));
  }

  function back() {
    const link = make("button", { type: "button", className: "quiet", textContent: "Back to the street" });
    link.addEventListener("click", () => street());
    return make("p", {}, link);
  }

  function result() {
    const count = right();
    const enough = count >= 4;
    const rows = STREET.map((person) => {
      const answer = person.answers[state.answers[person.id]];
      const best = person.answers.find((one) => one.right);
      const said = answer?.right ? `You said: ${answer.text}` : `The best answer: ${best.text}`;
      return make("li", { className: answer?.right ? "row row--right" : "row" }, make("strong", { textContent: person.name }), make("span", { textContent: ` ${said}` }));
    });
    const again = make("button", { type: "button", className: enough ? "quiet" : "button", textContent: "Go down the street again" });
    again.addEventListener("click", () => {
      Object.assign(state, { answers: {}, round: state.round + 1 });
      report.keep(state, "street");
      report.save();
      street();
    });
    const finish = make("button", { type: "button", className: "button", textContent: "Finish" });
    finish.addEventListener("click", () => {
      closed = true;
      report.finish();
      show("Thank you", make("p", { className: "lead", textContent: "You have finished. Next time you ask somebody how they are, ask too whom they look after." })).focus();
    });
    const words = enough ? "You saw them. Four of five are enough." : "Four of five are needed. Go down the street again: the answers are not a secret any more.";
    const heading = show(
      `${count} of 5`,
      make("p", { className: "lead", textContent: words }),
      make("ul", { className: "rows" }, ...rows),
      make("h2", { textContent: "To take with you" }),
      make("ul", {}, make("li", { textContent: "Few carers call themselves that. Ask “Do you look after somebody?” rather than “Are you a carer?”" }), make("li", { textContent: "A carer can be eleven or eighty-five, next door or ninety miles away." }), make("li", { textContent: "Whoever is paid for it is a care worker. Look for the unpaid person behind." })),
      make("p", { className: "buttons" }, ...(enough || report.looking ? [finish, again] : [again])),
    );
    heading.focus();
  }

  if (!closed && seen() === STREET.length) result();
  else street(false);
})();
