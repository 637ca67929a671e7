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
