/*
 * What the content types of Alongside share. MIT licence.
 *
 * Content is never trusted to be harmless, whoever filtered it before: text becomes text nodes, and rich text is copied
 * element by element from a document that runs nothing. Nothing here writes markup into the page.
 */
window.Alongside = window.Alongside || {};

window.Alongside.Base = (function () {
  'use strict';

  const SVG = 'http://www.w3.org/2000/svg';
  const RICH = ['P', 'BR', 'STRONG', 'EM', 'B', 'I', 'UL', 'OL', 'LI', 'SUB', 'SUP', 'BLOCKQUOTE'];
  const SKIPPED = ['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'IFRAME', 'OBJECT', 'SVG', 'MATH', 'TEXTAREA', 'TITLE'];
  // No attribute is ever kept. Without them there is nothing for the page's policy to report either.
  const ATTRIBUTES = /<([a-z][a-z0-9]*)[^>]*>/gi;
  // What PHP's htmlspecialchars makes of plain text: other H5P hosts store it like that.
  const ENTITIES = {'&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#039;': '\'', '&#39;': '\''};
  const MARKS = {
    yes: 'M2 7.5 5.5 11 12 3.5',
    no: 'M3 3l8 8M11 3l-8 8',
    partly: 'M2.5 7h9',
    missed: 'M7 2.5v5.5M7 11v.2',
    back: 'M8.5 2.5 4 7l4.5 4.5'
  };
  let count = 0;

  /** Plain text as people wrote it. */
  function plain(text) {
    return typeof text === 'string' ? text.replace(/&(?:amp|lt|gt|quot|#0?39);/g, (found) => ENTITIES[found]) : '';
  }

  /** The words of the interface: ours, or the translation that came with the content. */
  function words(ours, theirs) {
    const all = {};
    Object.keys(ours).forEach(function (key) {
      all[key] = plain(theirs && theirs[key]).trim() || ours[key];
    });
    return all;
  }

  /** `@name` in a sentence becomes the value of that name. */
  function fill(sentence, values) {
    return sentence.replace(/@([a-z]+)/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }

  /** An element. `attributes` are set as they are; `text` and `className` are what they say. */
  function el(tag, attributes, children) {
    const made = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      const value = attributes[name];
      if (name === 'text') {
        made.textContent = value;
      }
      else if (name === 'className') {
        made.className = value;
      }
      else if (value !== undefined && value !== null && value !== false) {
        made.setAttribute(name, value === true ? '' : value);
      }
    });
    (children || []).forEach(function (child) {
      if (child) {
        made.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
      }
    });
    return made;
  }

  /** Copies what may stay of `from` into `to`; what an unknown element says is kept, the element is not. */
  function copy(from, to) {
    from.childNodes.forEach(function (node) {
      if (node.nodeType === Node.TEXT_NODE) {
        to.appendChild(document.createTextNode(node.nodeValue));
      }
      else if (node.nodeType === Node.ELEMENT_NODE && SKIPPED.indexOf(node.nodeName.toUpperCase()) === -1) {
        const kept = RICH.indexOf(node.nodeName) !== -1;
        copy(node, kept ? to.appendChild(document.createElement(node.nodeName)) : to);
      }
    });
  }

  /** Rich text as a block, or null when it says nothing. */
  function rich(markup, className) {
    if (typeof markup !== 'string' || !markup.trim()) {
      return null;
    }
    const block = el('div', {className: 'alongside-rich' + (className ? ' ' + className : '')});
    copy(new DOMParser().parseFromString(markup.replace(ATTRIBUTES, '<$1>'), 'text/html').body, block);
    return block.textContent.trim() ? block : null;
  }

  /** What rich text says, on one line: for titles, for records. */
  function bare(markup) {
    const block = rich(markup);
    return block ? block.textContent.replace(/\s+/g, ' ').trim() : '';
  }

  /** A small drawn mark. It repeats what the words beside it say, so it is hidden from readers. */
  function mark(kind) {
    const drawing = document.createElementNS(SVG, 'svg');
    const line = document.createElementNS(SVG, 'path');
    drawing.setAttribute('viewBox', '0 0 14 14');
    drawing.setAttribute('aria-hidden', 'true');
    drawing.setAttribute('focusable', 'false');
    drawing.setAttribute('class', 'alongside-mark');
    line.setAttribute('d', MARKS[kind]);
    drawing.appendChild(line);
    return drawing;
  }

  /** A word with its mark and tint. */
  function tag(kind, text) {
    return el('span', {className: 'alongside-tag alongside-tag--' + kind}, [mark(kind), el('span', {text: text})]);
  }

  /** A button that does one thing. `kind`: main, quiet or plain. */
  function button(text, kind, action, icon) {
    const made = el('button', {type: 'button', className: 'alongside-button alongside-button--' + kind}, [
      icon ? mark(icon) : null,
      el('span', {text: text})
    ]);
    made.addEventListener('click', action);
    return made;
  }

  /** A name for an element that nothing else on the page has. */
  function id(prefix) {
    count += 1;
    return 'alongside-' + prefix + '-' + count;
  }

  /** The same UUID for the same text, always: a part of the content keeps its name through every version. */
  function uuid(text) {
    let hex = '';
    for (let round = 0; round < 4; round++) {
      let hash = (2166136261 ^ (round * 40503)) >>> 0;
      for (let index = 0; index < text.length; index++) {
        hash = Math.imul(hash ^ text.charCodeAt(index), 16777619) >>> 0;
      }
      hex += hash.toString(16).padStart(8, '0');
    }
    return [hex.slice(0, 8), hex.slice(8, 12), '4' + hex.slice(13, 16), 'a' + hex.slice(17, 20), hex.slice(20)].join('-');
  }

  /** 0 … length-1 in an order that `seed` decides. */
  function shuffled(length, seed) {
    const order = Array.from({length: length}, (none, index) => index);
    let state = seed >>> 0;
    for (let last = length - 1; last > 0; last--) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const other = Math.floor((state / 4294967296) * (last + 1));
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }

  /** `Type` becomes a content type: a dispatcher of H5P's events with these methods. */
  function inherit(Type, methods) {
    Type.prototype = Object.create(H5P.EventDispatcher.prototype);
    Type.prototype.constructor = Type;
    Object.keys(methods).forEach(function (name) {
      Type.prototype[name] = methods[name];
    });
    return Type;
  }

  /** What every content type of ours keeps of what H5P hands it. */
  function begin(instance, contentId, extras) {
    H5P.EventDispatcher.call(instance);
    instance.contentId = contentId;
    instance.extras = extras || {};
    if (instance.extras.subContentId) {
      instance.subContentId = instance.extras.subContentId;
    }
    if (instance.extras.parent) {
      instance.parent = instance.extras.parent;
    }
    return instance.extras.previousState;
  }

  /** Starts the time of a sitting, with the seconds of earlier openings in it. */
  function startClock(instance) {
    const fresh = instance.activityStartTime === undefined;
    instance.setActivityStarted();
    if (fresh) {
      instance.activityStartTime -= (instance.seconds || 0) * 1000;
    }
  }

  /** Keeps the seconds for the state. Only when the learner does something: a state that grows by itself is saved on and on. */
  function keepClock(instance) {
    instance.seconds = Math.round((Date.now() - instance.activityStartTime) / 1000);
  }

  /** A new sitting of the same opening begins. */
  function resetClock(instance) {
    instance.seconds = 0;
    instance.activityStartTime = instance.activityStartTime === undefined ? undefined : Date.now();
  }

  /** The seconds that a state remembers. */
  function secondsOf(state) {
    return Number.isFinite(state.seconds) && state.seconds > 0 ? state.seconds : 0;
  }

  /** Replaces what `root` shows, tells H5P of the new height, and takes the reader to `focus`. */
  function show(instance, root, children, focus) {
    root.replaceChildren(el('div', {className: 'alongside-page'}, children));
    instance.trigger('resize');
    if (focus) {
      focus.focus({preventScroll: true});
      focus.scrollIntoView({block: 'nearest'});
    }
  }

  /** How a statement describes a question with answers to choose from. */
  function describeChoice(definition, question, answers, right) {
    definition.description = {'en-US': question};
    definition.type = 'http://adlnet.gov/expapi/activities/cmi.interaction';
    definition.interactionType = 'choice';
    definition.choices = answers.map((text, index) => ({id: String(index), description: {'en-US': text}}));
    definition.correctResponsesPattern = right;
  }

  return {
    plain, words, fill, el, rich, bare, mark, tag, button, id, uuid, shuffled, inherit, begin, show, describeChoice,
    startClock, keepClock, resetClock, secondsOf
  };
})();
