// Preact: hooks, a keyed list and an effect.
import { h, render } from "preact";
import { useEffect, useReducer } from "preact/hooks";

const List = () => {
  const [cities, change] = useReducer((state, city) => [...state, city].sort(), ["Lyon"]);
  useEffect(() => {
    if (cities.length < 3) change(["Brest", "Arles"][cities.length - 1]);
    else document.querySelector("#result").textContent = document.querySelector("ul").textContent;
  }, [cities]);
  return h(
    "ul",
    null,
    cities.map((city) => h("li", { key: city }, `${city} `)),
  );
};

render(h(List), document.querySelector("#app"));
