// Solid: signals, a memo, a list and a delegated click, with templates that need no compiler.
import { createEffect, createMemo, createSignal, For } from "solid-js";
import { render } from "solid-js/web";
import html from "solid-js/html";

const Order = () => {
  const [seats, setSeats] = createSignal([]);
  const total = createMemo(() => seats().length * 12);
  createEffect(() => {
    if (total() === 24) document.querySelector("#result").textContent = `${document.querySelector("ol").textContent}: ${total()} €`;
  });
  return html`<div>
    <button id="more" onClick=${() => setSeats([...seats(), `seat ${seats().length + 1} `])}>One more</button>
    <ol>
      <${For} each=${seats}>${(seat) => html`<li>${seat}</li>`}<//>
    </ol>
  </div>`;
};

render(Order, document.querySelector("#app"));
document.querySelector("#more").click();
document.querySelector("#more").click();
