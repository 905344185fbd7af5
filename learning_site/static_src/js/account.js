// Passkeys, "show password" and "copy the link". Every page of the account works without, passkeys apart.
(() => {
  "use strict";

  // Show password: the button says what it will do; the field goes back to dots before it is sent (GOV.UK "Password input").
  for (const field of document.querySelectorAll('input[type="password"]')) {
    const label = document.querySelector(`label[for="${field.id}"]`);
    const box = document.createElement("div");
    box.className = "reveal";
    field.before(box);
    box.append(field);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--quiet btn--small";
    const status = document.createElement("span");
    status.className = "govuk-visually-hidden";
    status.setAttribute("role", "status");
    const show = (shown) => {
      field.type = shown ? "text" : "password";
      button.textContent = shown ? "Hide" : "Show";
      button.setAttribute("aria-label", `${shown ? "Hide" : "Show"} ${label ? label.firstChild.textContent.trim().toLowerCase() : "password"}`);
    };
    show(false);
    field.setAttribute("autocapitalize", "none");
    field.setAttribute("spellcheck", "false");
    button.addEventListener("click", () => {
      show(field.type === "password");
      status.textContent = field.type === "text" ? "Your password is shown" : "Your password is hidden";
    });
    field.form.addEventListener("submit", () => show(false));
    box.append(button, status);
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.parentElement.querySelector("[data-copied]").textContent = "Copied";
    });
  }

  // Passkeys. The server speaks JSON with base64url, the browser wants bytes.
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async (options, alone) => {
    const wanted = { ...options.publicKey };
    wanted.challenge = bytes(wanted.challenge);
    wanted.user = { ...wanted.user, id: bytes(wanted.user.id) };
    wanted.excludeCredentials = known(wanted.excludeCredentials);
    wanted.authenticatorSelection = {
      ...wanted.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone ? { userVerification: "required" } : {}),
    };
    const made = await navigator.credentials.create({ publicKey: wanted });
    return {
      ...described(made),
      response: {
        clientDataJSON: text(made.response.clientDataJSON),
        attestationObject: text(made.response.attestationObject),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      },
    };
  };

  const use = async (options) => {
    const wanted = { ...options.publicKey };
    wanted.challenge = bytes(wanted.challenge);
    wanted.allowCredentials = known(wanted.allowCredentials);
    const used = await navigator.credentials.get({ publicKey: wanted });
    return {
      ...described(used),
      response: {
        clientDataJSON: text(used.response.clientDataJSON),
        authenticatorData: text(used.response.authenticatorData),
        signature: text(used.response.signature),
        userHandle: used.response.userHandle ? text(used.response.userHandle) : null,
      },
    };
  };

  const described = (credential) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
  });

  const passkey = {
    create: (form) => create(JSON.parse(form.dataset.options), Boolean(form.elements.passwordless && form.elements.passwordless.checked)),
    use: (form) => use(JSON.parse(form.dataset.options)),
    "sign-in": async (form) => {
      const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error("no options");
      return use((await answer.json()).request_options);
    },
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) {
      if (form.dataset.passkey !== "sign-in") form.insertAdjacentHTML("beforebegin", "<p>This browser does not know passkeys.</p>");
      continue;
    }
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const problem = form.querySelector("[data-passkey-error]");
      problem.textContent = "";
      try {
        form.elements.credential.value = JSON.stringify(await passkey[form.dataset.passkey](form));
        form.submit();
      } catch (error) {
        problem.textContent =
          error.name === "InvalidStateError"
            ? "This device or key has a passkey for your account already."
            : "Your device did not finish. Try again, or use another way.";
      }
    });
  }
})();
