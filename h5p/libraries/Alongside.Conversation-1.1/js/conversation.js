/*
 * Alongside.Conversation: a talk in which what you say decides how it goes on. MIT licence.
 *
 * One exchange at a time: what you said and what came of it, what the other says, what you may say now. Every choice is a
 * button. After each the focus goes to the heading of the new exchange, so that a reader hears it from the beginning;
 * nothing moves by itself and nothing is timed. The end shows the way that was taken, with what might have helped more.
 */
window.Alongside = window.Alongside || {};

window.Alongside.Conversation = (function (Base, Rules, Views, Statements) {
  'use strict';

  // The same words as in semantics.json, for content that was made without them.
  const WORDS = {
    "begin": "Begin the conversation",
    "says": "@name says",
    "said": "You said",
    "notice": "What you notice",
    "choose": "What do you say?",
    "exchange": "Exchange @number",
    "sofar": "What was said so far",
    "back": "Go back one step",
    "again": "Start again",
    "best": "This helps",
    "fair": "This helps a little",
    "poor": "This gets in the way",
    "better": "What might have helped more",
    "good": "It went well",
    "mixed": "It went partly well",
    "hard": "It did not go well",
    "score": "Points: @score of @max",
    "passed": "You have reached what was asked.",
    "failed": "You need @needed points. You can start again and try another way.",
    "way": "The way you took",
    "wayBest": "The best way through",
    "end": "The conversation ends here"
  };

  function Conversation(params, contentId, extras) {
    const previous = Base.begin(this, contentId, extras);
    const behaviour = params.behaviour || {};
    this.title = Base.plain(params.title);
    this.scene = params.introduction;
    this.words = Base.words(WORDS, params.l10n);
    this.known = Rules.map((params.steps || []).map(readStep), (params.endings || []).map(readEnding));
    this.scored = behaviour.scored !== false;
    this.passPercentage = typeof behaviour.passPercentage === 'number' ? behaviour.passPercentage : 70;
    this.marksAtOnce = behaviour.marks === 'each';
    this.mayGoBack = behaviour.back !== false;
    this.mayStartAgain = behaviour.again !== false;
    this.showsBetter = behaviour.better !== false;
    this.shuffle = behaviour.shuffle !== false;
    this.begun = false;
    this.touched = false;
    this.solved = false;
    this.path = [];
    this.seed = Math.floor(Math.random() * 4294967296);
    this.resume(previous);
  }

  function readStep(step) {
    return {
      id: Base.plain(step.id).trim(),
      speaker: Base.plain(step.speaker),
      says: step.says,
      notice: step.notice,
      choices: (step.choices || []).map((choice) => ({
        text: Base.plain(choice.text),
        consequence: choice.consequence,
        mark: ['best', 'fair', 'poor'].indexOf(choice.mark) === -1 ? 'fair' : choice.mark,
        next: Base.plain(choice.next).trim()
      }))
    };
  }

  function readEnding(ending) {
    return {
      id: Base.plain(ending.id).trim(),
      title: Base.plain(ending.title),
      text: ending.text,
      kind: ['good', 'mixed', 'hard'].indexOf(ending.kind) === -1 ? 'mixed' : ending.kind
    };
  }

  const methods = Object.assign({}, Views, Statements);

  /** Takes up where the learner left, as far as the saved way still exists. */
  methods.resume = function (state) {
    if (!state || typeof state !== 'object') {
      return;
    }
    this.touched = true;
    this.seconds = Base.secondsOf(state);
    this.begun = state.begun === true;
    this.seed = Number.isInteger(state.seed) ? state.seed : this.seed;
    this.path = this.begun ? Rules.walkable(this.known, state.path) : [];
  };

  methods.attach = function ($container) {
    this.root = $container.get ? $container.get(0) : $container;
    this.root.classList.add('alongside', 'alongside-talk');
    if (this.isRoot && this.isRoot()) {
      Base.startClock(this);
    }
    this.draw();
  };

  /** Draws the conversation as it stands; `focus` takes the reader to its newest heading. */
  methods.draw = function (focus) {
    if (!this.root) {
      return;
    }
    const here = Rules.place(this.known, this.path);
    let parts;
    if (this.solved) {
      parts = [this.drawWay(true)];
    }
    else if (!this.begun) {
      parts = [this.drawStart()];
    }
    else {
      parts = here.step ? [this.drawSoFar(), this.drawExchange(here.step), this.drawMoves()] : this.drawEnding(here.ending);
    }
    this.shownAt = Date.now();
    const title = this.title ? Base.el('h2', {text: this.title, tabindex: '-1'}) : null;
    Base.show(this, this.root, [title].concat(parts), null);
    const target = focus && (this.root.querySelector('.alongside-talk__heading[tabindex]') || title);
    if (target) {
      target.focus({preventScroll: true});
      target.scrollIntoView({block: 'nearest'});
    }
  };

  methods.begin = function () {
    Base.startClock(this);
    this.touched = true;
    this.begun = true;
    this.draw(true);
  };

  methods.choose = function (step, index) {
    const seconds = (Date.now() - this.shownAt) / 1000;
    this.path.push({step: step.id, choice: index});
    Base.keepClock(this);
    const ended = !Rules.place(this.known, this.path).step;
    this.draw(true);
    this.trigger(this.stepStatement(step, index, seconds));
    if (ended) {
      this.trigger(this.statement());
    }
  };

  methods.back = function () {
    this.path.pop();
    this.draw(true);
  };

  /** The best choice at every step, as a path. */
  methods.bestPath = function () {
    const path = [];
    const seen = {};
    let step = Rules.place(this.known, path).step;
    while (step && !seen[step.id]) {
      seen[step.id] = true;
      path.push({step: step.id, choice: step.choices.indexOf(Rules.best(step))});
      step = Rules.place(this.known, path).step;
    }
    return path;
  };

  methods.succeeded = function () {
    const most = this.getMaxScore();
    return most > 0 ? (this.getScore() / most) * 100 >= this.passPercentage : undefined;
  };

  // What H5P asks of a question

  methods.getAnswerGiven = function () {
    return this.path.length > 0;
  };

  methods.getScore = function () {
    return this.scored ? Rules.score(this.known, this.path) : 0;
  };

  methods.getMaxScore = function () {
    return this.scored ? Rules.most(this.known) : 0;
  };

  methods.showSolutions = function () {
    this.solved = true;
    this.draw();
  };

  methods.resetTask = function (focus) {
    this.path = [];
    this.solved = false;
    this.begun = focus === 'start';
    this.seed = Math.floor(Math.random() * 4294967296);
    Base.resetClock(this);
    this.draw(focus === 'start');
  };

  methods.getXAPIData = function () {
    return {
      statement: this.statement().data.statement,
      children: this.path.map((part) => ({
        statement: this.stepStatement(this.known.steps[part.step], part.choice).data.statement
      }))
    };
  };

  methods.getCurrentState = function () {
    return this.touched ? {begun: this.begun, seed: this.seed, path: this.path, seconds: this.seconds} : undefined;
  };

  methods.getTitle = function () {
    const title = this.extras.metadata && this.extras.metadata.title;
    return H5P.createTitle(title || this.title || '');
  };

  return Base.inherit(Conversation, methods);
})(
  window.Alongside.Base,
  window.Alongside.ConversationRules,
  window.Alongside.ConversationViews,
  window.Alongside.ConversationStatements
);
