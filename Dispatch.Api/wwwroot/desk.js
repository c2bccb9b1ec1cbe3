// Comfort for the desk. Every page works without it: it follows the typing with the preview, saves on Ctrl-S, puts pictures at
// the cursor, leads to a fault's line, and keeps what moves up to date.

const editor = document.getElementById('editor');
const body = document.getElementById('Body');

if (editor) {
  const typed = () => JSON.stringify([...new FormData(editor)].filter(([name, value]) => typeof value === 'string' && ['Subject', 'Preheader', 'Byline', 'Slug', 'Body'].includes(name)));
  const saved = typed();
  let leaving = false;
  editor.addEventListener('submit', event => { leaving = event.submitter?.formTarget !== 'preview'; });
  window.addEventListener('beforeunload', event => {
    if (!leaving && (typed() !== saved || 'unsaved' in editor.dataset)) event.preventDefault();
  });
  window.addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key === 's') {
      event.preventDefault();
      editor.requestSubmit();
    }
  });
  const note = document.querySelector('[data-saved]');
  const words = note?.innerHTML;
  editor.addEventListener('input', () => {
    if (note) note.innerHTML = typed() === saved ? words : '<b>Not saved yet.</b> Ctrl-S saves.';
  });
}

if (editor?.dataset.preview) {
  const frame = document.querySelector('iframe.preview');
  const faults = document.querySelector('#faults ul');
  const clean = document.querySelector('[data-clean]');
  const tabs = [...document.querySelectorAll('[data-tab]')];
  let tab = 'html', waiting, asked = 0;

  document.querySelectorAll('[data-unscripted]').forEach(button => { button.hidden = true; });

  // The frame's document stays, and with it its policy and its place; only what it shows is replaced. It is parsed by the frame's
  // own parser: this page's policy would strip the mail's styles.
  const show = shown => {
    const page = frame.contentDocument;
    const place = page.scrollingElement?.scrollTop ?? 0;
    const next = new frame.contentWindow.DOMParser().parseFromString(tab === 'html' ? shown.html : '<pre style="white-space:pre-wrap"></pre>', 'text/html');
    if (tab === 'txt') next.querySelector('pre').textContent = shown.text;
    page.replaceChild(page.adoptNode(next.documentElement), page.documentElement);
    page.scrollingElement.scrollTop = place;
  };

  const list = all => {
    clean.hidden = all.length > 0;
    faults.replaceChildren(...all.toSorted((a, b) => a.severity.localeCompare(b.severity)).map(fault => {
      const item = document.createElement('li');
      const badge = Object.assign(document.createElement('span'), { className: `badge ${fault.severity === 'error' ? 'bad' : 'warn'}`, textContent: fault.severity });
      item.append(badge, ' ');
      if (fault.line) {
        const line = Object.assign(document.createElement('a'), { href: '#Body', textContent: `Line ${fault.line}` });
        line.dataset.line = fault.line;
        item.append(line, ': ');
      }
      item.append(fault.message);
      return item;
    }));
  };

  const ask = async () => {
    const number = ++asked;
    const form = new FormData(editor);
    form.delete('Pictures');
    try {
      const answer = await fetch(editor.dataset.preview, { method: 'POST', body: form });
      if (!answer.ok || number !== asked) return;
      const shown = await answer.json();
      if (frame) show(shown);
      list(shown.faults);
    } catch {
      // no connection just now: the next change asks again, and saving says what is wrong
    }
  };

  if ('unsaved' in editor.dataset) {
    // What came back is shown, not what is saved; but not before the frame has loaded that, or it would lay itself over it.
    if (!frame || (frame.contentDocument?.URL !== 'about:blank' && frame.contentDocument?.readyState === 'complete')) ask();
    else frame.addEventListener('load', ask, { once: true });
  }
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, 400); };
  editor.addEventListener('input', event => { if (event.target.closest('.editor')) soon(); });
  tabs.forEach(link => link.addEventListener('click', event => {
    event.preventDefault();
    tab = link.dataset.tab;
    tabs.forEach(other => other.toggleAttribute('aria-current', other === link));
    ask();
  }));
  document.getElementById('faults').addEventListener('click', event => {
    const line = event.target.closest('[data-line]')?.dataset.line;
    if (!line) return;
    event.preventDefault();
    const lines = body.value.split('\n');
    const from = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    body.focus();
    body.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
    body.scrollTop = body.scrollHeight * (line - 1) / lines.length - body.clientHeight / 3;
  });
}

document.querySelectorAll('[data-insert]').forEach(button => {
  button.hidden = false;
  button.addEventListener('click', () => {
    const before = body.value.slice(0, body.selectionStart), after = body.value.slice(body.selectionEnd);
    const gap = text => text.length === 0 || text.endsWith('\n\n') ? '' : text.endsWith('\n') ? '\n' : '\n\n';
    body.focus();
    body.setRangeText(gap(before) + button.dataset.insert + (after.startsWith('\n\n') ? '' : '\n\n'), body.selectionStart, body.selectionEnd, 'end');
    body.dispatchEvent(new Event('input', { bubbles: true }));
  });
});

// What moves by itself is asked for again every two seconds and put in place; when its state is another, the whole page is.
const live = document.querySelector('[data-live]');
if (live) {
  const look = async () => {
    try {
      const answer = await fetch(location.href);
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(live.id);
      if (!answer.ok || answer.redirected || next?.dataset.state !== live.dataset.state || !next?.hasAttribute('data-live')) return location.reload();
      if (!document.getSelection()?.toString()) live.replaceChildren(...next.childNodes);
    } catch {
      // the server is away for the moment
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
}
