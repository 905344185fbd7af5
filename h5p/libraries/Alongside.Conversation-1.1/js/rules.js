/*
 * Alongside.ConversationRules: how a conversation goes on and what it is worth. MIT licence. Touches no page.
 *
 * A choice is best (2 points), fair (1) or poor (0). The most that can be had is what the best choice at every step
 * gives. A weaker choice loses what it is below the best one there, also when it opens a longer way round with more
 * choices in it; and a talk that breaks off early has earned only what was earned.
 */
window.Alongside = window.Alongside || {};

window.Alongside.ConversationRules = (function () {
  'use strict';

  const POINTS = {best: 2, fair: 1, poor: 0};

  /** Steps and endings by their short names, the first of a name. */
  function map(steps, endings) {
    const known = {steps: {}, endings: {}, first: steps.length ? steps[0].id : ''};
    steps.slice().reverse().forEach((step) => {
      known.steps[step.id] = step;
    });
    endings.slice().reverse().forEach((ending) => {
      known.endings[ending.id] = ending;
    });
    return known;
  }

  function worth(choice) {
    return POINTS[choice.mark] || 0;
  }

  /** The choice of a step that is worth most, the first of equals. */
  function best(step) {
    return step.choices.reduce((one, other) => (worth(other) > worth(one) ? other : one), step.choices[0]);
  }

  /** Where a path stands: at a step, or at an ending; an address that leads nowhere is an ending without words. */
  function place(known, path) {
    const last = path[path.length - 1];
    const next = last ? known.steps[last.step].choices[last.choice].next : known.first;
    if (known.steps[next] && known.steps[next].choices.length) {
      return {step: known.steps[next]};
    }
    return {ending: known.endings[next] || {id: next || '', kind: 'mixed', title: '', text: ''}};
  }

  /** The points of the best way through. A way that comes back to itself ends there. */
  function most(known) {
    const seen = {};
    let total = 0;
    let step = known.steps[known.first];
    while (step && step.choices.length && !seen[step.id]) {
      seen[step.id] = true;
      total += worth(best(step));
      step = known.steps[best(step).next];
    }
    return total;
  }

  /** The points of a path. */
  function score(known, path) {
    let earned = 0;
    let lost = 0;
    path.forEach((part) => {
      const step = known.steps[part.step];
      earned += worth(step.choices[part.choice]);
      lost += worth(best(step)) - worth(step.choices[part.choice]);
    });
    return Math.max(0, Math.min(earned, most(known) - lost));
  }

  /** `path` as far as it can be walked in this conversation: the text may have changed since it was saved. */
  function walkable(known, path) {
    const walked = [];
    (Array.isArray(path) ? path : []).every((part) => {
      const here = place(known, walked).step;
      if (!here || !part || here.id !== part.step || !here.choices[part.choice]) {
        return false;
      }
      walked.push({step: part.step, choice: part.choice});
      return true;
    });
    return walked;
  }

  return {map, worth, best, place, most, score, walkable};
})();
