// Small comforts. Without this script every page still reads and every form still sends.
(() => {
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-in]')) print();
  });
  document.addEventListener('submit', (event) => {
    const form = event.target.closest('form[data-once]');
    if (!form) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = '1';
  });
  addEventListener('pageshow', () => document.querySelectorAll('form[data-once]').forEach((form) => delete form.dataset.sent));
  document.addEventListener('keydown', (event) => {
    const inField = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || inField) return;
    if (event.key === '/') {
      event.preventDefault();
      document.querySelector('#tim')?.focus();
    }
  });
  // A click on the map picks the unit in the box beside it; the box alone does the same without a map.
  const box = document.querySelector('[data-don-vi]');
  const pick = () => {
    document.querySelector('path.chon-roi')?.classList.remove('chon-roi');
    document.querySelector(`path[data-ma="${CSS.escape(box.value.split('@')[0])}"]`)?.classList.add('chon-roi');
  };
  box?.addEventListener('change', pick);
  document.querySelector('.bando')?.addEventListener('click', (event) => {
    const code = event.target.closest('path[data-ma]')?.dataset.ma;
    const option = code && box && [...box.options].find((known) => known.value.split('@')[0] === code);
    if (!option) return;
    box.value = option.value;
    pick();
  });
  document.querySelector('.govuk-error-summary')?.focus();
  addEventListener('beforeprint', () => document.querySelectorAll('details:not(.thucdon):not([open])').forEach((details) => {
    details.open = true;
    details.dataset.in = '1';
  }));
  addEventListener('afterprint', () => document.querySelectorAll('details[data-in]').forEach((details) => {
    details.open = false;
    delete details.dataset.in;
  }));
})();
