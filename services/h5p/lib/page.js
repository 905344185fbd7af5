// SPDX-License-Identifier: GPL-3.0-or-later
// The page around H5P's own editor. Its scripts are files; what they have to know stands in the page as data.

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const attribute = (text) => String(text).replace(/[&<>"]/g, (one) => escapes[one]);
const data = (value) => JSON.stringify(value).replace(/</g, '\\u003c');

export function editorPage(id, model) {
    const base = `/edit/${id}`;
    const styles = [...model.styles, `${base}/page/editor.css`];
    const scripts = [`${base}/page/before.js`, ...model.scripts, `${base}/page/editor.js`];
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>H5P editor</title>
${styles.map((address) => `<link rel="stylesheet" href="${attribute(address)}">`).join('\n')}
<script type="application/json" id="integration">${data(model.integration)}</script>
</head>
<body class="page" data-base="${attribute(base)}" data-content="${attribute(id)}">
<main>
<h1>H5P editor</h1>
<p>Save here, then close this window and press <strong>Take what I saved there</strong> on the site: until then nothing
that learners see has changed.</p>
<noscript><p>This editor needs JavaScript. The forms on the site do not.</p></noscript>
<div class="h5p-create"><div class="h5p-editor">Loading …</div></div>
<p class="actions"><button type="button" id="save" disabled>Save</button> <span id="said" role="status"></span></p>
</main>
${scripts.map((address) => `<script src="${attribute(address)}"></script>`).join('\n')}
</body>
</html>
`;
}
