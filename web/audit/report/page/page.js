"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** The folds that [unfold] has opened, for [refold]. */
let opened = [];

/** Opens every fold, so that all of the report is printed. */
const unfold = () => {
	opened = all("details:not([open])");
	for (const fold of opened) fold.open = true;
};

/** Closes again what [unfold] has opened. */
const refold = () => {
	for (const fold of opened) fold.open = false;
	opened = [];
};

addEventListener("beforeprint", unfold);
addEventListener("afterprint", refold);

/** Gives each picture a button that shows it as wide as the page. */
const enlarge = () => {
	for (const figure of all("figure:has(img)")) {
		const button = document.createElement("button");
		button.type = "button";
		button.textContent = "Enlarge";
		button.setAttribute("aria-pressed", "false");
		button.setAttribute("aria-label", `Enlarge: ${figure.querySelector("figcaption").textContent}`);
		button.addEventListener("click", () => {
			const large = figure.classList.toggle("large");
			button.setAttribute("aria-pressed", String(large));
			figure.scrollIntoView({block: "nearest"});
		});
		figure.querySelector("figcaption").append(button);
	}
};

/**
 * Makes the form filter the findings.
 *
 * @param {HTMLFormElement} form It is hidden until now: without script it would do nothing.
 */
const filter = (form) => {
	const shown = document.querySelector("[data-shown]");
	const findings = all("[data-finding]").map((element) => ({
		element,
		rule: element.dataset.rule,
		severity: element.dataset.severity,
		journeys: element.dataset.journeys.split(" "),
		counts: "counts" in element.dataset,
		text: `${element.closest("section").querySelector("h4").textContent} ${element.textContent}`.toLowerCase(),
	}));
	const field = (name) => form.elements.namedItem(name);

	const show = () => {
		const [rule, severity, journey] = ["rule", "severity", "journey"].map((name) => field(name).value);
		const words = field("text").value.toLowerCase().split(/\s+/).filter(Boolean);
		let visible = 0;
		for (const f of findings) {
			const fits = (!rule || f.rule === rule) && (!severity || f.severity === severity)
				&& (!journey || f.journeys.includes(journey)) && (!field("counts").checked || f.counts)
				&& words.every((word) => f.text.includes(word));
			f.element.hidden = !fits;
			if (fits) visible++;
		}
		for (const group of all("[data-group]")) {
			const [found, left] = [all("[data-finding]", group), all("[data-finding]:not([hidden])", group)];
			group.hidden = left.length === 0;
			const many = group.querySelector(":scope > h3 [data-many]");
			if (many) many.textContent = left.length === found.length ? `${found.length}` : `${left.length} of ${found.length}`;
		}
		shown.toggleAttribute("data-whole", visible === findings.length); // paper says only what is left out
		shown.textContent = `${visible} of ${findings.length} ${findings.length === 1 ? "finding is" : "findings are"} shown.`;
	};

	form.addEventListener("input", show);
	form.addEventListener("submit", (event) => event.preventDefault());
	form.addEventListener("reset", () => setTimeout(show)); // the fields are emptied only after the event

	const button = form.querySelector("[data-unfold]");
	button.addEventListener("click", () => {
		const folds = all("[data-finding] details");
		const open = folds.some((fold) => !fold.open);
		for (const fold of folds) fold.open = open;
		button.textContent = open ? "Fold all evidence" : "Unfold all evidence";
	});

	for (const link of all("a[data-rule]")) {
		link.addEventListener("click", () => {
			form.reset();
			field("rule").value = link.dataset.rule;
			field("journey").value = link.dataset.journey;
			show();
		});
	}

	/** A link to a finding or a rule that is filtered out shows it. */
	const reveal = () => {
		const target = location.hash && document.getElementById(location.hash.slice(1));
		if (!target?.closest("[hidden]")) return;
		form.reset();
		show();
		target.scrollIntoView();
	};
	addEventListener("hashchange", reveal);

	form.hidden = false;
	show();
};

enlarge();
const form = document.querySelector("[data-filters]");
if (form) filter(form);
