// Runs once its service is granted.
{
  const state = document.querySelector("#service-" + document.currentScript.dataset.service + " .state");
  state.textContent = state.dataset.runs;
  state.classList.add("runs");
}
