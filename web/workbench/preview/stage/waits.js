// Runs once the consent to its service is withdrawn, in a page that is not loaded again.
{
  const state = document.querySelector("#service-" + document.currentScript.dataset.service.slice(1) + " .state");
  state.classList.remove("runs");
}
