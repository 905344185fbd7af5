// SPDX-License-Identifier: GPL-3.0-or-later
// Opens H5P's editor on the working copy of this page, and saves it.
(function () {
    'use strict';

    const { base, content } = document.body.dataset;
    const button = document.getElementById('save');
    const said = document.getElementById('said');
    const settings = window.H5PIntegration.editor;
    const H5PEditor = window.H5PEditor;
    let changed = false;
    let saving = false;

    Object.assign(H5PEditor, {
        $: window.H5P.jQuery,
        basePath: settings.libraryUrl,
        fileIcon: settings.fileIcon,
        ajaxPath: settings.ajaxPath,
        filesPath: settings.filesPath,
        apiVersion: settings.apiVersion,
        contentLanguage: settings.language,
        copyrightSemantics: settings.copyrightSemantics,
        metadataSemantics: settings.metadataSemantics,
        assets: settings.assets,
        baseUrl: '',
        contentId: content,
        enableContentHub: false,
        getAjaxUrl(action, parameters) {
            const rest = Object.entries(parameters || {});
            return settings.ajaxPath + action + rest.map(([name, value]) => `&${name}=${value}`).join('');
        },
    });

    function say(words, isFault) {
        said.textContent = words;
        said.className = isFault ? 'fault' : '';
    }

    // The site's session goes on while this window is open; this service's token does not.
    async function ask(address, options) {
        let answer;
        try {
            answer = await fetch(address, { credentials: 'same-origin', ...options });
        } catch {
            throw new Error('The H5P service cannot be reached. Nothing is lost while this window stays open: try again.');
        }
        const found = await answer.json().catch(() => ({}));
        if (!answer.ok) {
            throw new Error(found.message || 'This could not be done.');
        }
        return found;
    }

    function collect(editor) {
        return new Promise((resolve, reject) => {
            editor.getContent(
                (got) => resolve({ library: got.library, params: JSON.parse(got.params) }),
                (fault) => reject(new Error(fault ? String(fault) : 'Something is missing or wrong; it is marked above.'))
            );
        });
    }

    async function save(editor) {
        if (saving) {
            return;
        }
        saving = true;
        button.disabled = true;
        say('Saving …');
        try {
            const body = JSON.stringify(await collect(editor));
            await ask(`${base}/save`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
            changed = false;
            say(`Saved ${new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`);
        } catch (error) {
            say(error.message, true);
        }
        saving = false;
        button.disabled = false;
    }

    ask(`${base}/params/${content}`)
        .then((found) => {
            const place = document.querySelector('.h5p-editor');
            place.textContent = '';
            const editor = new H5PEditor.Editor(found.library, JSON.stringify(found.params), place);
            button.disabled = false;
            button.addEventListener('click', () => save(editor));
            place.addEventListener('focusin', () => {
                changed = true;
            });
        })
        .catch((error) => say(error.message, true));

    window.addEventListener('beforeunload', (event) => {
        if (changed || saving) {
            event.preventDefault();
        }
    });
})();
