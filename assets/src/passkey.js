// Passkeys: asks the server what to ask of the device, asks the device, and sends its answer with the form.
// Only pages that offer a passkey load this; each of them offers another way beside it.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  const listed = (list) => (list ?? []).map((known) => ({ ...known, id: bytes(known.id) }));

  async function made(options) {
    const given = { ...options, challenge: bytes(options.challenge), excludeCredentials: listed(options.excludeCredentials) };
    given.user = { ...options.user, id: bytes(options.user.id) };
    const made = await navigator.credentials.create({ publicKey: given });
    const response = {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
      transports: made.response.getTransports?.() ?? [],
    };
    return { id: made.id, rawId: text(made.rawId), type: made.type, response, extensions: {} };
  }

  async function shown(options) {
    const given = { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) };
    const shown = await navigator.credentials.get({ publicKey: given });
    const response = {
      authenticatorData: text(shown.response.authenticatorData),
      clientDataJSON: text(shown.response.clientDataJSON),
      signature: text(shown.response.signature),
      userHandle: shown.response.userHandle ? text(shown.response.userHandle) : null,
    };
    return { id: shown.id, rawId: text(shown.rawId), type: shown.type, response, extensions: {} };
  }

  // The sentences stand in the page, in the reader's language.
  const tell = (form, sentence) => {
    const fault = form.querySelector('[data-khoa-loi]');
    fault.textContent = sentence;
    fault.hidden = !sentence;
  };

  async function ask(form) {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.hoi, { method: 'POST', body, headers: { accept: 'application/json' } });
    const told = await answer.json();
    if (told.fault) throw new Error(told.fault, { cause: 'told' });
    return told;
  }

  const sentenceOf = (error, fault) => {
    if (error.cause === 'told') return error.message;
    if (error.name === 'InvalidStateError') return fault.dataset.trung;
    return ['NotAllowedError', 'AbortError'].includes(error.name) ? fault.dataset.huy : fault.dataset.hong;
  };

  async function go(form) {
    tell(form, '');
    const button = form.querySelector('[type=submit]');
    button.disabled = true;
    try {
      const { token, options } = await ask(form);
      const answer = await (form.dataset.khoa === 'moi' ? made : shown)(options.publicKey);
      form.elements.token.value = token;
      form.elements.answer.value = JSON.stringify(answer);
      // It was checked when the challenge was asked for.
      if (form.elements.password) form.elements.password.value = '';
      form.submit();
    } catch (error) {
      tell(form, sentenceOf(error, form.querySelector('[data-khoa-loi]')));
      button.disabled = false;
    }
  }

  for (const form of document.querySelectorAll('form[data-khoa]')) {
    if (!window.PublicKeyCredential || !navigator.credentials) {
      tell(form, form.querySelector('[data-khoa-loi]').dataset.khong);
      form.hidden = false;
      form.querySelector('[type=submit]').disabled = true;
      continue;
    }
    form.hidden = false;
    addEventListener('pageshow', () => (form.querySelector('[type=submit]').disabled = false));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      go(form);
    });
  }
})();
