/* Fills in the code of a QR code. It stands behind the # of the address: no server saw it. */
(function () {
  "use strict";

  const code = document.getElementById("code");
  if (code && !code.value && location.hash.length > 1) {
    code.value = decodeURIComponent(location.hash.slice(1)).slice(0, 40);
    history.replaceState(null, "", location.pathname);
  }
})();
