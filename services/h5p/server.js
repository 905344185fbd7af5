// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the service. Refuses to start without a secret, and beside another one on the same data.

import { readSettings, SettingsError } from './lib/settings.js';

let settings;
try {
    settings = readSettings(process.env);
} catch (error) {
    if (!(error instanceof SettingsError)) {
        throw error;
    }
    console.error(`The H5P service cannot start: ${error.message}`);
    process.exit(2);
}
// Before anything of Lumi's is loaded: it unpacks into the temporary folder and would call out through a proxy.
process.env.TMPDIR = settings.temporary;
for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) {
    delete process.env[name];
    delete process.env[name.toLowerCase()];
}

const { claim } = await import('./lib/claim.js');
const { Workshop } = await import('./lib/workshop.js');
const { makeApp } = await import('./lib/app.js');

if (!(await claim(settings.data))) {
    console.error(`The H5P service cannot start: another one is using ${settings.data}`);
    process.exit(2);
}
const workshop = await Workshop.open(settings);
const server = makeApp(settings, workshop).listen(settings.port, settings.host, (error) => {
    if (error) {
        console.error(`The H5P service cannot start: ${error.message}`);
        process.exit(2);
    }
    const kind = settings.hasEditor ? 'with the visual editor' : 'without the visual editor (H5P_CORE, H5P_EDITOR)';
    console.log(`H5P service ready at http://${settings.host}:${server.address().port}, ${kind}`);
});
server.headersTimeout = 20_000;
server.requestTimeout = 300_000;

for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
        server.close(() => process.exit(0));
        server.closeIdleConnections();
        setTimeout(() => process.exit(0), 5_000).unref();
    });
}
