// Pasting into the editor, on top of desk.js. Text that comes with formatting, such as from Word, Google Docs or a web page, becomes
// Markdown. The server converts it; nothing that is typed meanwhile is lost, and saving waits for it. If it can't be converted, the plain
// text is inserted. Picture files that are pasted or dropped are uploaded.

if (editor && body) {
  const formats = 'a[href], b:not([data-style*="font-weight:normal"]), strong, i, em, h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, hr, s, del, '
    + 'strike, sub, sup, img, [data-style*="mso-list"]';
  const styles = /font-weight:\s*(?:bold|[6-9]00)|font-style:\s*(?:italic|oblique)|line-through/i;
  const largest = 4 * 1024 * 1024; // the server's limit
  const mostLines = 800; // Chromium takes a second for these, and more than a minute for a book. More can't be undone.

  // Without styles, because this page's policy forbids them, and each would be reported in the console.
  const parsed = html => new DOMParser().parseFromString(
    html.replace(/<style[\s\S]*?<\/style>/gi, '').replace(/\sstyle=/gi, ' data-style='), 'text/html');

  // Somebody may write Markdown in another program. Converted, its marks would no longer be marks.
  const isMarkdown = text => /\]\((?:https?:|mailto:|photos\/)|^#{1,6} \S|\*\*\S[^\n]*\*\*|^\[\^[^\]\s]+\]:/m.test(text);

  // Code editors color their text, which is no formatting of the text.
  const isCode = (page, types) => types.includes('vscode-editor-data') || (page.body.children.length === 1
    && (page.body.firstElementChild.localName === 'pre' || /white-space:\s*pre\s*(?:;|$)|monospace/i.test(page.body.firstElementChild.dataset.style)));

  // Paragraphs count as formatting, because Word separates those of its plain text by single line breaks.
  const isFormatted = (page, types, plain) => !isCode(page, types) && !isMarkdown(plain)
    && (page.querySelector(formats) || page.querySelectorAll('p').length > 1
      || [...page.querySelectorAll('[data-style]')].some(element => styles.test(element.dataset.style)));

  // Inserts a text where it was pasted, even if something else was typed meanwhile. The browser can undo it.
  const insertAt = ({ value, start, end }, text) => {
    const now = body.value;
    const shorter = Math.min(now.length, value.length);
    let head = 0, tail = 0;
    while (head < shorter && now[head] === value[head]) head++;
    while (tail < shorter - head && now[now.length - 1 - tail] === value[value.length - 1 - tail]) tail++;
    const moved = at => at <= head ? at : at >= value.length - tail ? at + now.length - value.length : null;
    const from = moved(start) ?? body.selectionEnd;
    const until = moved(end) ?? from;
    const to = now.slice(from, until) === value.slice(start, end) ? until : from; // a selected text is replaced if it's still there
    const [first, last] = [body.selectionStart, body.selectionEnd];
    const focused = document.activeElement;
    const isHere = focused === body && now === value && first === start && last === end;
    const whole = spaced(text, now.slice(0, from), now.slice(to));
    if (!whole && from === to) return;

    body.focus({ preventScroll: true });
    body.setSelectionRange(from, to);
    const isLong = whole.split('\n').length > mostLines;
    if (isLong || !document.execCommand(whole ? 'insertText' : 'delete', false, whole)) {
      body.setRangeText(whole, from, to, 'end');
      body.dispatchEvent(new Event('input', { bubbles: true }));
    }
    if (isHere) return;
    const after = at => at <= from ? at : Math.max(at, to) - (to - from) + whole.length;
    body.setSelectionRange(after(first), after(last));
    if (focused !== body) focused?.focus?.({ preventScroll: true });
  };

  // Headings, lists and several paragraphs need blank lines around them.
  const spaced = ({ text, isBlock }, before, after) => {
    if (!isBlock || !text) return text;
    const above = !before || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
    return above + text + (!after || after.startsWith('\n\n') ? '' : after.startsWith('\n') ? '\n' : '\n\n');
  };

  const asText = (markdown, plain) => {
    const isBlock = markdown.includes('\n\n') || /^(?:[#>|]|[-*] |\d+[.)] |```)/.test(markdown);
    // Words from the middle of a sentence keep the spaces around them.
    return { isBlock, text: isBlock ? markdown : plain.match(/^ ?/)[0] + markdown + plain.match(/ ?$/)[0] };
  };

  const leftOut = count => {
    if (!count) return '';
    const what = count === 1 ? 'A picture was' : `${count} pictures were`;
    const files = count === 1 ? 'its file' : 'their files';
    return `${what} left out of the pasted text: add ${files} under Pictures${document.getElementById('pictures') ? '' : ', once the draft is saved'}.`;
  };

  const convert = async (html, plain, place) => {
    const slow = setTimeout(() => say('paste', 'Pasting…'), 700);
    let pasted = { text: plain, isBlock: false }, said;
    try {
      const notes = Math.max(0, ...[...body.value.matchAll(/\[\^(\d{1,5})\]/g)].map(note => Number(note[1])));
      const sent = html.replace(/(\ssrc=(["']))data:[^"']*\2/gi, '$1data:,$2'); // a picture that is left out anyway
      const answer = sent.length > largest ? { ok: false } : await fetch(`${editor.dataset.paste}?notes=${notes}`, {
        method: 'POST',
        body: sent,
        headers: { 'Content-Type': 'text/html', RequestVerificationToken: editor.elements.__RequestVerificationToken.value },
        redirect: 'manual',
        signal: AbortSignal.timeout(15000),
      });
      if (answer.ok) {
        const { markdown, picturesLeftOut } = await answer.json();
        pasted = asText(markdown, plain);
        said = leftOut(picturesLeftOut);
      } else {
        if (answer.type === 'opaqueredirect') reached(answer);
        said = 'This was pasted as plain text: its links and formatting couldn’t be converted.';
      }
    } catch {
      said = 'This was pasted as plain text, without links and formatting: the server can’t be reached right now.';
    }
    clearTimeout(slow);
    hush('paste');
    insertAt(place, pasted);
    if (said) say('paste', said);
  };

  const here = () => ({ value: body.value, start: body.selectionStart, end: body.selectionEnd });
  let done = Promise.resolve(), waiting = 0;
  const paste = (html, plain) => {
    const place = waiting++ ? null : here();
    done = done.then(() => convert(html, plain, place ?? here())).finally(() => { waiting--; });
  };

  const add = files => {
    if (addPictures) addPictures(files);
    else say('pictures', 'Save the draft first. Then you can add pictures.');
  };

  let isPlain = false; // Ctrl-Shift-V
  body.addEventListener('keydown', event => { isPlain = event.shiftKey && (event.ctrlKey || event.metaKey) && event.code === 'KeyV'; });
  body.addEventListener('keyup', () => { isPlain = false; });
  body.addEventListener('paste', event => {
    const html = event.clipboardData.getData('text/html');
    const page = parsed(html);
    const plain = (event.clipboardData.getData('text/plain') || page.body.textContent).replace(/\r\n?/g, '\n');
    const files = [...event.clipboardData.files];
    if (files.length && !plain.trim()) add(files); // also a single picture copied from a page
    else if (html && !isPlain && isFormatted(page, [...event.clipboardData.types], plain)) paste(html, plain);
    else return;
    event.preventDefault();
  });

  // Files from the author's computer. The field for pictures takes those dropped on it by itself.
  const holdsFiles = event => event.dataTransfer?.types.includes('Files') && !event.dataTransfer.types.includes('text/html')
    && !event.target.closest?.('[type=file]');
  editor.addEventListener('dragover', event => { if (holdsFiles(event)) event.preventDefault(); });
  editor.addEventListener('drop', event => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });

  editor.addEventListener('submit', event => {
    if (!waiting) return;
    const { submitter } = event;
    event.preventDefault();
    event.stopImmediatePropagation();
    done.then(() => editor.requestSubmit(submitter));
  }, true);
  window.addEventListener('beforeunload', event => { if (waiting) event.preventDefault(); });
}
