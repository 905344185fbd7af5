// SPDX-License-Identifier: GPL-3.0-or-later
// One service to a data folder: the sweeping at start would take what another is just importing.

import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';

// A socket without a file (Linux): the kernel gives the name back when the process is gone, however it went.
export function claim(folder) {
    if (process.platform !== 'linux') {
        return Promise.resolve(true);
    }
    const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32);
    return new Promise((resolve) => {
        const holder = createServer((socket) => socket.destroy());
        holder.on('error', () => resolve(false));
        holder.listen(`\0alongside-h5p-${name}`, () => resolve(true));
        holder.unref();
    });
}
