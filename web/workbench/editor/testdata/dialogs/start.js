// Starts the page's program, with the texts that the server may have.
const words = await fetchText("words.json");
if (words) window.words = words;
const go = new Go();
const { instance } = await WebAssembly.instantiateStreaming(fetch("dialogs.wasm"), go.importObject);
go.run(instance);

async function fetchText(address) {
  const answer = await fetch(address);
  return answer.ok ? answer.text() : "";
}
