// Zustand: a store whose state is kept in localStorage, and a second one under a name that the catalogue lacks.
import { createStore } from "zustand/vanilla";
import { persist } from "zustand/middleware";

const kept = (name) => createStore(persist((set) => ({ seats: 0, more: () => set(({ seats }) => ({ seats: seats + 1 })) }), { name }));
const basket = kept("zustand-basket");
let seen;
basket.subscribe(({ seats }) => (seen = seats));
basket.getState().more();
document.querySelector("#result").textContent = `${seen}, and ${JSON.parse(localStorage.getItem("zustand-basket")).state.seats} kept`;

window.stray = () => {
  kept("stray").getState().more();
  return localStorage.getItem("stray") && "kept";
};
