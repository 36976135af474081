/* Fills in the digest of a scanned paper. The file is read here and goes nowhere; without this the digest is typed. */
(function () {
  "use strict";

  const scan = document.getElementById("scan");
  document.getElementById("scan-field").hidden = !window.crypto || !crypto.subtle;
  scan.addEventListener("change", async function () {
    if (!scan.files.length) {
      return;
    }
    const digest = await crypto.subtle.digest("SHA-256", await scan.files[0].arrayBuffer());
    const bytes = Array.from(new Uint8Array(digest));
    document.getElementById("digest").value = bytes.map((one) => one.toString(16).padStart(2, "0")).join("");
  });
})();
