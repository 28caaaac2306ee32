document.getElementById("first-party").textContent = "exécuté";
// Ce que le catalogue déclare de ce service, et rien d'autre.
document.cookie = `portal_profile=transports; Path=/; SameSite=Lax; Max-Age=${182 * 86400}`;
localStorage.setItem("portal.history", "velos-en-libre-service");
