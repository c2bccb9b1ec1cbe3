// Conveniences for the desk, whose pages all work without this script. It updates the preview during typing, saves on Ctrl-S,
// inserts pictures at the cursor (for pasting, see paste.js), jumps to a fault's line, and keeps progress figures up to date. Typed text is never lost: a page
// with an editor does not reload itself, and a banner reports what has happened.

const editor = document.getElementById('editor');
const body = document.getElementById('Body');

// After Back, the page of a new issue comes anew, with another key. The key under which it was saved is in the history.
const draft = editor?.elements.Draft;
if (draft && history.state?.draft) draft.value = history.state.draft;
else if (draft) history.replaceState({ ...history.state, draft: draft.value }, '');

// Set below, if the page has them.
let refresh = () => null; // shows the preview and the checks again; returns what it shows
let addPictures = null;

// One banner per subject. An unchanged banner is not shown again, so that a screen reader reads it only once.
const banners = new Map();
const box = Object.assign(document.createElement('div'), { className: 'banners' });
const say = (about, text, link) => {
  if (banners.get(about)?.text === text) return;
  hush(about);
  const banner = Object.assign(document.createElement('p'), { className: 'notice warn banner', role: 'alert' });
  banner.append(text);
  if (link) banner.append(' ', Object.assign(document.createElement('a'), link));
  if (!box.isConnected) document.getElementById('main').prepend(box);
  box.prepend(banner);
  banners.set(about, { text, banner });
};
const hush = about => {
  banners.get(about)?.banner.remove();
  banners.delete(about);
};

const isUnsaved = () => editor && (typed() !== saved || editor.dataset.unsaved === 'yes');
const texts = ['Subject', 'Preheader', 'Byline', 'Slug', 'Unlisted', 'Picture', 'Body'];
const typed = () => JSON.stringify([...new FormData(editor)].filter(([name, value]) => typeof value === 'string' && texts.includes(name)));
// What the page came with. After Back, the browser has already put unsaved text into the fields.
const saved = editor && JSON.stringify([...editor.elements]
  .filter(field => texts.includes(field.name) && (field.type !== 'checkbox' || field.defaultChecked))
  .map(field => [field.name, field.type === 'checkbox' ? field.value : field.defaultValue.replace(/\r\n?/g, '\n')]));
const yours = () => isUnsaved() ? 'What you typed is still here but not saved.' : '';

// Shows a banner if the answer means a lost session or an unreachable server. Returns true if the answer is the requested page.
const reached = answer => {
  if (answer.type === 'opaqueredirect' || answer.status === 401) {
    say('session', editor
      ? `You have been signed out. ${yours()} Press Save: you’ll be asked to sign in, and your text comes along.`
      : 'You have been signed out.', editor ? null : { href: `${document.body.dataset.signIn}?returnUrl=${encodeURIComponent(location.pathname)}`, textContent: 'Sign in again' });
    return false;
  }
  hush('session');
  if (answer.status >= 500) return away();
  hush('away');
  return answer.ok;
};
const away = () => {
  say('away', `The server can’t be reached right now. ${isUnsaved() ? `${yours()} Save it when this message is gone.`
    : editor ? 'Try again when this message is gone.' : 'This page resumes when it can.'}`);
  return false;
};

const choose = (link, tabs) => tabs.forEach(other =>
  other === link ? other.setAttribute('aria-current', 'true') : other.removeAttribute('aria-current'));

const deleted = () => {
  say('issue', `This issue has been deleted. ${isUnsaved() ? 'What you typed is still here: copy what you need.' : ''}`);
  return false;
};

if (editor) {
  let leaving = false, checking = false, isChecked = false;
  editor.addEventListener('submit', event => {
    const { submitter } = event;
    if (submitter?.formTarget === 'preview') return;
    if (isChecked || !editor.dataset.watch) {
      isChecked = false;
      leaving = true;
      setTimeout(() => { leaving = false; }, 10000); // if the submit failed, the text is still unsaved
      return;
    }
    // Without an answer, the browser would show its own error page in place of the text, and Back would not bring the text back. So the
    // form is submitted only if the server answers. If the session has ended, the sign-in page takes the text.
    event.preventDefault();
    if (checking) return;
    checking = true;
    hush('away'); // so that it is read out again
    fetch(editor.dataset.watch, { redirect: 'manual', signal: AbortSignal.timeout(10000) })
      .then(answer => answer.status === 404 ? deleted() : answer.status < 500 || away(), away)
      .then(isThere => {
        checking = false;
        if (!isThere) return;
        isChecked = true;
        editor.requestSubmit(submitter);
        isChecked = false; // if a field was found invalid meanwhile
      });
  });
  window.addEventListener('pageshow', () => { leaving = false; });
  window.addEventListener('beforeunload', event => {
    if (!leaving && isUnsaved()) event.preventDefault();
  });
  window.addEventListener('keydown', event => {
    // With Caps Lock the key gives a capital S, and on a Russian keyboard another letter.
    const isS = event.key.toLowerCase() === 's' || (event.code === 'KeyS' && !/^[a-z]$/i.test(event.key));
    if ((event.ctrlKey || event.metaKey) && !event.altKey && isS) {
      event.preventDefault();
      editor.requestSubmit();
    }
  });
  const note = document.querySelector('[data-saved]');
  const words = note?.innerHTML;
  const mark = () => {
    if (note) note.innerHTML = typed() === saved ? words : '<b>Not saved yet.</b> Ctrl-S saves.';
  };
  editor.addEventListener('input', mark);
  window.addEventListener('pageshow', mark);
}

// Asks before the page is left for anything but the form, while the form has the only copy of a text.
const guard = (form, holdsText) => {
  if (!form) return;
  let leaving = false;
  form.addEventListener('submit', () => {
    leaving = true;
    setTimeout(() => { leaving = false; }, 10000);
  });
  window.addEventListener('beforeunload', event => {
    if (!leaving && holdsText()) event.preventDefault();
  });
};
guard(document.querySelector('form[data-holds-text]'), () => true); // the sign-in page
const correction = document.getElementById('Correction');
guard(correction?.form, () => correction.value.trim() !== '');

// Asks every five seconds whether another person has saved, scheduled or sent the issue.
if (editor?.dataset.watch) {
  const watch = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(editor.dataset.watch, { redirect: 'manual' });
        if (answer.status === 404) deleted();
        else if (reached(answer)) {
          const { says } = await answer.json();
          if (!says) hush('issue');
          else if (isUnsaved()) say('issue', `${says} ${yours()}`);
          else say('issue', says, { href: location.pathname, textContent: 'Show the current version' });
        }
      } catch {
        away();
      }
    }
    setTimeout(watch, 5000);
  };
  setTimeout(watch, 5000);
}

if (editor?.dataset.preview) {
  const frame = document.querySelector('iframe.preview');
  const faults = document.querySelector('#faults ul');
  const clean = document.querySelector('[data-clean]');
  const tabs = [...document.querySelectorAll('[data-tab]')];
  let tab = 'html', waiting, asked = 0;

  document.querySelectorAll('[data-unscripted]').forEach(button => { button.hidden = true; });

  // Replaces only the contents of the frame's document, so that its policy and scroll position stay. The frame's own parser is
  // used, because this page's policy would strip the message's styles.
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
    faults.replaceChildren(...[...all].sort((a, b) => a.severity.localeCompare(b.severity)).map(fault => {
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
      const answer = await fetch(editor.dataset.preview, { method: 'POST', body: form, redirect: 'manual' });
      if (!reached(answer) || number !== asked) return;
      const shown = await answer.json();
      if (frame) show(shown);
      list(shown.faults);
      return shown;
    } catch {
      away();
    }
  };
  refresh = ask;

  if (editor.dataset.unsaved === 'yes') {
    // Previews the unsaved text, but only after the frame has loaded the saved text, which would otherwise replace the preview.
    if (!frame || (frame.contentDocument?.URL !== 'about:blank' && frame.contentDocument?.readyState === 'complete')) ask();
    else frame.addEventListener('load', ask, { once: true });
  }
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, 400); };
  editor.addEventListener('input', event => { if (event.target.closest('.editor')) soon(); });
  tabs.forEach(link => link.addEventListener('click', event => {
    event.preventDefault();
    tab = link.dataset.tab;
    choose(link, tabs);
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

// Adds pictures without leaving the page, so that text, cursor and scroll position stay. Inserts them at the last cursor position.
if (editor && document.getElementById('pictures')) {
  const pictures = document.getElementById('pictures');
  let placed = false;
  body.addEventListener('focus', () => { placed = true; });

  const escaped = (text, signs) => [...text.replace(/\s+/g, ' ').trim()].map(sign => sign === '\\' || signs.includes(sign) ? `\\${sign}` : sign).join('');
  const figure = (file, alt, caption, credit) => {
    const title = credit || caption.includes('|') ? `${caption} | ${credit}` : caption; // the text after the last bar is the credit
    return title ? `![${escaped(alt, '[]')}](${file} "${escaped(title, '"')}")` : `![${escaped(alt, '[]')}](${file})`;
  };
  const insert = markdown => {
    if (!placed) body.setSelectionRange(body.value.length, body.value.length);
    const before = body.value.slice(0, body.selectionStart), after = body.value.slice(body.selectionEnd);
    const gap = text => text.length === 0 || text.endsWith('\n\n') ? '' : text.endsWith('\n') ? '\n' : '\n\n';
    body.focus();
    body.setRangeText(gap(before) + markdown + (after.startsWith('\n\n') ? '' : after.startsWith('\n') ? '\n' : '\n\n'), body.selectionStart, body.selectionEnd, 'end');
    body.dispatchEvent(new Event('input', { bubbles: true }));
    body.scrollIntoView({ block: 'nearest' });
    body.scrollTop = body.scrollHeight * body.selectionEnd / body.value.length - body.clientHeight / 2;
  };

  const fault = (field, text) => {
    field.parentElement.querySelector('.fault')?.remove();
    field.toggleAttribute('aria-invalid', Boolean(text));
    if (!text) return field.removeAttribute('aria-describedby');
    const shown = Object.assign(document.createElement('p'), { className: 'fault', id: `${field.id}-fault`, textContent: text });
    field.before(shown);
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', shown.id);
    field.focus();
  };

  const named = (added, shown) => {
    const isShown = picture => shown?.pictures.includes(picture.querySelector('[data-insert]')?.dataset.insert);
    const missing = added.filter(picture => !isShown(picture));
    const note = added.length === 0 ? 'Added.'
      : missing.length === 0 ? `Added. The text already shows ${added.length === 1 ? 'it' : 'them'}.`
      : missing.length < added.length ? 'Added. The text doesn’t show all of them yet: describe the others, then add them to the text.'
      : added.length === 1 ? 'Added. Describe what it shows, then add it to the text.'
      : 'Added. Describe what each shows, then add it to the text.';
    return { note, field: missing[0]?.querySelector('input') };
  };

  const upload = async files => {
    const form = new FormData();
    form.append('__RequestVerificationToken', editor.elements.__RequestVerificationToken.value);
    files.forEach(file => form.append('Pictures', file));
    if (document.getElementById('Replace').checked) form.append('Replace', 'true');
    const note = pictures.querySelector('[data-uploading]');
    note.textContent = 'Adding…';
    const before = typed();
    try {
      const answer = await fetch(editor.action, { method: 'POST', body: form });
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('pictures');
      if (answer.status === 413) note.textContent = 'That’s too large: add fewer or smaller pictures.';
      else if (!next || answer.status === 400 || answer.status === 403) note.textContent = 'We couldn’t add them. Press Save, then add them again.';
      else {
        const known = new Set([...pictures.querySelectorAll('.pictures > li')].map(picture => picture.id));
        morph(pictures, next);
        document.getElementById('Pictures').value = '';
        document.getElementById('Replace').checked = false;
        const added = [...pictures.querySelectorAll('.pictures > li')].filter(picture => !known.has(picture.id));
        const { note: outcome, field } = named(added, await refresh());
        pictures.querySelector('[data-uploading]').textContent = answer.ok ? outcome : '';
        const fold = field?.closest('details'); // folded because the saved text shows the picture
        if (fold) fold.open = true;
        if (answer.ok) hush('paste'); // it may have asked for the pictures
        if (typed() !== before) return; // whoever is writing is not interrupted
        if (field) field.focus();
        else pictures.scrollIntoView({ block: 'nearest' });
      }
    } catch {
      note.textContent = 'The server can’t be reached right now. Try again in a moment.';
    }
  };

  // The author is at the text and may not see the note beside the field.
  addPictures = async files => {
    say('pictures', 'Adding…');
    await upload(files);
    hush('pictures');
    const outcome = document.getElementById('Pictures-fault') ?? pictures.querySelector('[data-uploading]');
    if (!pictures.contains(document.activeElement) && outcome.textContent) say('pictures', outcome.textContent);
  };

  pictures.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (button?.dataset.insert) {
      event.preventDefault();
      const [alt, caption, credit] = ['Alt', 'Caption', 'Credit'].map(name => document.getElementById(`${name}-${button.dataset.photo}`));
      fault(alt, alt.value.trim() ? '' : 'Describe what the picture shows, for readers who can’t see it.');
      if (alt.value.trim()) insert(figure(button.dataset.insert, alt.value.trim(), caption.value.trim(), credit.value.trim()));
    } else if (button && 'upload' in button.dataset && document.getElementById('Pictures').files.length) {
      event.preventDefault();
      upload([...document.getElementById('Pictures').files]);
    }
  });
  // Otherwise Enter in a picture's field would press the page's first button.
  pictures.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.target.type === 'file' || event.target.tagName !== 'INPUT') return;
    event.preventDefault();
    event.target.closest('li')?.querySelector('[data-insert]')?.click();
  });
}

// Marks which part of the email a page without an editor shows.
if (!editor) {
  const parts = [...document.querySelectorAll('.tabs a[target="preview"]')];
  parts.forEach(link => link.addEventListener('click', () => choose(link, parts)));
}

// Changes one tree into another but keeps the nodes that both have, so that the keyboard focus and opened details stay as they are.
function morph(old, now) {
  const same = (a, b) => a.nodeName === b.nodeName && (a.id ?? '') === (b.id ?? '') && (a.classList?.[0] ?? '') === (b.classList?.[0] ?? '');
  let at = old.firstChild;
  for (const next of [...now.childNodes]) {
    let found = at;
    while (found && !same(found, next)) found = found.nextSibling;
    if (!found || (next.nodeType === Node.TEXT_NODE && found !== at)) {
      old.insertBefore(next, at);
      continue;
    }
    while (at !== found) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
    at = found.nextSibling;
    if (found.nodeType !== Node.ELEMENT_NODE) {
      if (found.data !== next.data) found.data = next.data;
      continue;
    }
    for (const { name } of [...found.attributes]) {
      if (!next.hasAttribute(name) && !(name === 'open' && found.nodeName === 'DETAILS')) found.removeAttribute(name);
    }
    for (const { name, value } of next.attributes) {
      if (found.getAttribute(name) !== value && !(name === 'open' && found.nodeName === 'DETAILS')) found.setAttribute(name, value);
    }
    if (!found.isEqualNode(next)) morph(found, next);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// Loads the live part of the page again every two seconds. If its state has changed, the rest of the page is updated too.
if (!editor && document.querySelector('[data-live]')) {
  const look = async () => {
    const live = document.querySelector('[data-live]');
    if (!live) return;
    try {
      const answer = await fetch(location.href, { redirect: 'manual' });
      if (reached(answer)) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        const next = page.getElementById(live.id);
        const isOther = !next || next.dataset.state !== live.dataset.state || !next.hasAttribute('data-live');
        if (isOther && page.getElementById('editor')) return location.reload(); // the issue can be edited again
        const marked = document.getSelection();
        if (isOther) {
          morph(document.getElementById('main'), page.getElementById('main'));
        } else if (!marked?.toString() || !live.contains(marked.anchorNode)) {
          morph(live, next);
        }
      }
    } catch {
      away();
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
}
