// React: state, an effect, a portal, a context and a controlled field.
import { createContext, createElement as h, useContext, useEffect, useState } from "react";
import { createPortal, flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

const Currency = createContext("€");

const Total = ({ seats }) => {
  const currency = useContext(Currency);
  return h("p", { id: "total" }, `${seats * 12} ${currency}`);
};

const Order = () => {
  const [seats, setSeats] = useState(1);
  const [name, setName] = useState("");
  useEffect(() => {
    document.title = `${seats} seats`;
  }, [seats]);
  return h(
    "form",
    null,
    h("button", { type: "button", id: "more", onClick: () => setSeats((before) => before + 1) }, "One more"),
    h("input", { id: "name", value: name, onChange: (event) => setName(event.target.value) }),
    h(Total, { seats }),
    createPortal(h("p", { id: "summary" }, `${name} takes ${seats}`), document.body),
  );
};

flushSync(() => createRoot(document.querySelector("#app")).render(h(Currency.Provider, { value: "CHF" }, h(Order))));
document.querySelector("#more").click();
document.querySelector("#more").click();
const field = document.querySelector("#name");
Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, "Ada");
field.dispatchEvent(new Event("input", { bubbles: true }));
const changed = setInterval(() => {
  const summary = document.querySelector("#summary").textContent;
  if (summary !== "Ada takes 3" || document.title !== "3 seats") return;
  clearInterval(changed);
  document.querySelector("#result").textContent = `${summary}: ${document.querySelector("#total").textContent}`;
}, 5);
