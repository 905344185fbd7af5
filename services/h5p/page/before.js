// SPDX-License-Identifier: GPL-3.0-or-later
// H5P's core looks for its settings in this name when it loads.
window.H5PIntegration = JSON.parse(document.getElementById('integration').textContent);
