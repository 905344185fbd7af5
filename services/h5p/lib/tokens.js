// SPDX-License-Identifier: GPL-3.0-or-later
// Who asks, and for what. The site signs every call; this service has no accounts of its own.
//
// A token is base64url(claims) "." base64url(HMAC-SHA256(secret, "alongside.h5p." + the first part)), and the claims are
// {"who": public id, "role": "trainer"|"curator", "content": id or "*", "expires": seconds since 1970}.

import { createHmac, timingSafeEqual } from 'node:crypto';

import { Refusal } from './errors.js';

const LONGEST_SECONDS = 12 * 60 * 60;
const WHO = /^[A-Za-z0-9-]{1,64}$/;
const CONTENT = /^(\*|[0-9]{1,20})$/;

function claimsOf(text, secret) {
    const parts = typeof text === 'string' && text.length <= 2000 ? text.split('.') : [];
    if (parts.length !== 2) {
        return null;
    }
    const wanted = createHmac('sha256', secret).update(`alongside.h5p.${parts[0]}`).digest();
    const given = Buffer.from(parts[1], 'base64url');
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
        return null;
    }
    try {
        return JSON.parse(Buffer.from(parts[0], 'base64url').toString('utf-8'));
    } catch {
        return null;
    }
}

// The claims of a good token; a Refusal with 401 otherwise.
export function readToken(text, secret, now = Date.now() / 1000) {
    if (!text) {
        throw new Refusal(401, 'token-missing', 'This needs a token of the site.');
    }
    const claims = claimsOf(text, secret);
    const whole =
        claims &&
        WHO.test(claims.who) &&
        ['trainer', 'curator'].includes(claims.role) &&
        typeof claims.content === 'string' &&
        CONTENT.test(claims.content) &&
        Number.isInteger(claims.expires);
    if (!whole || claims.expires > now + LONGEST_SECONDS) {
        throw new Refusal(401, 'token-wrong', 'This token was not made by the site.');
    }
    if (claims.expires <= now) {
        throw new Refusal(401, 'token-expired', 'This took too long. Open it again from the site.');
    }
    return claims;
}

// Whether the claims reach this content ("*": all of them, and the lists).
export function reaches(claims, content) {
    if (claims.content !== '*' && claims.content !== content) {
        throw new Refusal(403, 'other-content', 'This token is for something else.');
    }
}
