// Asks the browser for a passkey, and puts its answer into the form, which is then sent as any other.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const withId = (one) => ({ ...one, id: bytes(one.id) });

async function made(options) {
  const wanted = {
    ...options,
    challenge: bytes(options.challenge),
    user: withId(options.user),
    excludeCredentials: (options.excludeCredentials ?? []).map(withId),
  };
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey: wanted });
  return {
    id, rawId: text(rawId), type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

async function used(options) {
  const wanted = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map(withId),
  };
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey: wanted });
  return {
    id, rawId: text(rawId), type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle && text(response.userHandle),
    },
  };
}

const ask = { add: made, use: used };

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !window.PublicKeyCredential;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const answer = await fetch(`${new URL(form.action).pathname}/options`, { method: "POST" });
      if (!answer.ok) throw new Error(answer.status);
      const credential = await ask[form.dataset.passkey](await answer.json());
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
