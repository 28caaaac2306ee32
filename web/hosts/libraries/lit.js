// Lit: an element with properties, a shadow root, constructed styles, a slot and an event.
import { css, html, LitElement } from "lit";
import { repeat } from "lit/directives/repeat.js";

class SeatPicker extends LitElement {
  static properties = { seats: { type: Number } };
  static styles = css`
    li {
      color: rgb(1, 2, 3);
    }
  `;
  render() {
    const all = Array.from({ length: this.seats }, (_, i) => i + 1);
    return html`<slot></slot>
      <ul>
        ${repeat(all, (seat) => seat, (seat) => html`<li>${seat}</li>`)}
      </ul>
      <button @click=${() => this.seats++}>One more</button>`;
  }
}
customElements.define("seat-picker", SeatPicker);

const picker = document.querySelector("seat-picker");
await picker.updateComplete;
picker.renderRoot.querySelector("button").click();
await picker.updateComplete;
const seats = [...picker.renderRoot.querySelectorAll("li")];
document.querySelector("#result").textContent =
  `${seats.map((seat) => seat.textContent).join()} in ${getComputedStyle(seats[0]).color}`;
