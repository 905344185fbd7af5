/*
 * Alongside.Choice: one question with one or several right answers. MIT licence.
 *
 * Native radio buttons and checkboxes, so that keyboard and screen reader work as people know them. After "Check" the
 * focus goes to the feedback; what is right is said in words, with a mark and a tint beside them.
 */
window.Alongside = window.Alongside || {};

window.Alongside.Choice = (function (Base) {
  'use strict';

  // The same words as in semantics.json, for content that was made without them.
  const WORDS = {
    "chooseOne": "Choose one answer.",
    "chooseSeveral": "Choose all that apply.",
    "check": "Check my answer",
    "tryAgain": "Try again",
    "showRight": "Show the right answers",
    "nothingChosen": "Choose an answer first.",
    "right": "That is right",
    "partly": "Partly right",
    "wrong": "Not quite",
    "answered": "Thank you for your answer",
    "score": "Points: @score of @max",
    "chosenRight": "You chose this, and it is right",
    "chosenWrong": "You chose this, and it is not right",
    "missed": "You did not choose this, and it is right",
    "chosen": "You chose this",
    "reasons": "Under each answer that you chose it says why."
  };

  function Choice(params, contentId, extras) {
    const previous = Base.begin(this, contentId, extras);
    const behaviour = params.behaviour || {};
    this.question = params.question;
    this.scene = params.introduction;
    this.several = params.kind === 'several';
    this.answers = (params.answers || []).map((answer) => ({
      text: Base.plain(answer.text),
      correct: answer.correct === true,
      feedback: answer.feedback
    }));
    this.overall = params.overall || {};
    this.words = Base.words(WORDS, params.l10n);
    this.mayRetry = behaviour.retry !== false;
    this.mayShow = behaviour.showRight !== false;
    this.shuffle = behaviour.shuffle !== false;
    this.allOrNothing = behaviour.scoring === 'all';
    this.passPercentage = typeof behaviour.passPercentage === 'number' ? behaviour.passPercentage : 100;
    this.touched = false;
    this.start();
    this.resume(previous);
  }

  const methods = {};

  /** A fresh question. */
  methods.start = function () {
    this.chosen = [];
    this.checked = false;
    this.shown = false;
    const seed = this.shuffle ? Math.floor(Math.random() * 4294967296) : 0;
    this.order = this.shuffle ? Base.shuffled(this.answers.length, seed) : this.answers.map((answer, index) => index);
  };

  /** Takes up where the learner left; a state that no longer fits the question is forgotten. */
  methods.resume = function (state) {
    const known = (index) => Number.isInteger(index) && index >= 0 && index < this.answers.length;
    const once = (list) => Array.isArray(list) && list.every(known) && new Set(list).size === list.length;
    if (!state || !once(state.order) || state.order.length !== this.answers.length || !once(state.chosen)) {
      return;
    }
    this.touched = true;
    this.seconds = Base.secondsOf(state);
    this.order = state.order.slice();
    this.chosen = this.several ? state.chosen.slice() : state.chosen.slice(0, 1);
    this.checked = state.checked === true && this.chosen.length > 0;
    this.shown = this.checked && state.shown === true;
  };

  methods.attach = function ($container) {
    this.root = $container.get ? $container.get(0) : $container;
    this.root.classList.add('alongside', 'alongside-choice');
    if (this.isRoot && this.isRoot()) {
      Base.startClock(this);
    }
    this.draw();
  };

  /** Draws the whole question as it stands; `focus`: "question", "feedback" or nothing. */
  methods.draw = function (focus) {
    if (!this.root) {
      return;
    }
    const ids = {question: Base.id('question'), hint: Base.id('hint'), problem: Base.id('problem'), name: Base.id('name')};
    const question = Base.rich(this.question, 'alongside-choice__question') || Base.el('div');
    question.id = ids.question;
    question.tabIndex = -1;
    question.setAttribute('role', 'heading');
    question.setAttribute('aria-level', '2');
    this.problem = Base.el('p', {id: ids.problem, className: 'alongside-choice__problem', role: 'alert'});
    const hint = Base.el('p', {
      id: ids.hint,
      className: 'alongside-choice__hint',
      text: this.several ? this.words.chooseSeveral : this.words.chooseOne
    });
    const answers = Base.el('div', {
      className: 'alongside-choice__answers',
      role: this.several ? 'group' : 'radiogroup',
      'aria-labelledby': ids.question,
      'aria-describedby': ids.hint
    }, this.order.map((index) => this.drawAnswer(index, ids)));
    const panel = this.checked ? this.drawFeedback() : null;
    const actions = this.checked ? null : Base.el('div', {className: 'alongside-buttons'}, [
      Base.button(this.words.check, 'main', () => this.check())
    ]);
    const card = Base.el('div', {className: 'alongside-card'}, [question, hint, answers, this.problem, actions, panel]);
    const target = focus === 'question' ? question : focus === 'feedback' && panel ? panel.querySelector('h3') : null;
    Base.show(this, this.root, [Base.rich(this.scene, 'alongside-choice__scene'), card], target);
  };

  /** One answer: its control, and once checked what became of it. */
  methods.drawAnswer = function (index, ids) {
    const answer = this.answers[index];
    const chosen = this.chosen.indexOf(index) !== -1;
    const result = this.checked ? this.drawResult(index, chosen) : null;
    const control = Base.el('input', {
      type: this.several ? 'checkbox' : 'radio',
      name: ids.name,
      value: String(index),
      disabled: this.checked,
      className: 'alongside-choice__control',
      'aria-describedby': result ? Base.id('result') : undefined
    });
    control.checked = chosen;
    control.addEventListener('change', () => this.choose(index, control.checked));
    if (result) {
      result.id = control.getAttribute('aria-describedby');
    }
    const label = Base.el('label', {className: 'alongside-choice__label'}, [
      control,
      Base.el('span', {text: answer.text})
    ]);
    return Base.el('div', {
      className: 'alongside-choice__answer' + (result ? ' alongside-choice__answer--' + result.dataset.kind : '')
    }, [label, result]);
  };

  /** What became of an answer, in words; null where there is nothing to say. */
  methods.drawResult = function (index, chosen) {
    const answer = this.answers[index];
    const marks = this.getMaxScore() > 0;
    let kind = '';
    let says = '';
    if (chosen) {
      kind = !marks ? 'chosen' : answer.correct ? 'yes' : 'no';
      says = !marks ? this.words.chosen : answer.correct ? this.words.chosenRight : this.words.chosenWrong;
    }
    else if (this.shown && answer.correct) {
      kind = 'missed';
      says = this.words.missed;
    }
    const why = (chosen && this.several) || this.shown ? Base.rich(answer.feedback) : null;
    if (!kind && !why) {
      return null;
    }
    const tag = !kind ? null : kind === 'chosen' ? Base.el('strong', {text: says}) : Base.tag(kind, says);
    return Base.el('div', {className: 'alongside-choice__result', 'data-kind': kind || 'other'}, [tag, why]);
  };

  /** What the learner reads after checking, with what she can do next. */
  methods.drawFeedback = function () {
    const score = this.getScore();
    const most = this.getMaxScore();
    const kind = most === 0 || score === most ? 'yes' : score > 0 ? 'partly' : 'no';
    const title = Base.el('h3', {
      tabindex: '-1',
      text: most === 0 ? this.words.answered : {yes: this.words.right, partly: this.words.partly, no: this.words.wrong}[kind]
    });
    const own = !this.several && !this.shown && this.chosen.length ? Base.rich(this.answers[this.chosen[0]].feedback) : null;
    const reasons = this.several && !this.shown && this.chosen.some((index) => Base.bare(this.answers[index].feedback));
    const overall = {yes: this.overall.right, partly: this.overall.partly || this.overall.wrong, no: this.overall.wrong}[kind];
    const buttons = [];
    if (this.mayRetry && (most === 0 || score < most)) {
      buttons.push(Base.button(this.words.tryAgain, 'main', () => this.resetTask('question')));
    }
    if (this.mayShow && !this.shown && most > 0 && score < most) {
      buttons.push(Base.button(this.words.showRight, 'quiet', () => this.showSolutions('feedback')));
    }
    return Base.el('div', {className: 'alongside-choice__feedback alongside-choice__feedback--' + kind}, [
      title,
      most > 0 ? Base.el('p', {
        className: 'alongside-choice__score',
        text: Base.fill(this.words.score, {score: score, max: most})
      }) : null,
      own,
      Base.rich(overall),
      reasons ? Base.el('p', {text: this.words.reasons}) : null,
      buttons.length ? Base.el('div', {className: 'alongside-buttons'}, buttons) : null
    ]);
  };

  methods.choose = function (index, on) {
    Base.startClock(this);
    Base.keepClock(this);
    this.touched = true;
    const others = this.several ? this.chosen.filter((other) => other !== index) : [];
    this.chosen = on ? others.concat(index).sort((one, two) => one - two) : others;
    this.problem.textContent = '';
  };

  methods.check = function () {
    if (!this.chosen.length) {
      this.problem.textContent = this.words.nothingChosen;
      this.root.querySelector('input').focus();
      return;
    }
    this.checked = true;
    Base.keepClock(this);
    this.draw('feedback');
    this.trigger(this.statement());
  };

  /** The statement "answered", with the question, what was chosen, the score and how long it took. */
  methods.statement = function () {
    const event = this.createXAPIEventTemplate('answered');
    const right = this.answers.map((answer, index) => (answer.correct ? String(index) : '')).filter(Boolean);
    Base.describeChoice(
      event.getVerifiedStatementValue(['object', 'definition']) || {},
      Base.bare(this.question),
      this.answers.map((answer) => answer.text),
      this.several ? (right.length ? [right.join('[,]')] : []) : right
    );
    event.setScoredResult(this.getScore(), this.getMaxScore(), this, true, this.succeeded());
    event.data.statement.result.response = this.chosen.join('[,]');
    return event;
  };

  /** Whether the score reaches the pass percentage; undefined for a question without right answers. */
  methods.succeeded = function () {
    const most = this.getMaxScore();
    return most > 0 ? (this.getScore() / most) * 100 >= this.passPercentage : undefined;
  };

  // What H5P asks of a question

  methods.getAnswerGiven = function () {
    return this.checked || this.chosen.length > 0;
  };

  methods.getScore = function () {
    if (!this.several) {
      return this.chosen.some((index) => this.answers[index].correct) ? 1 : 0;
    }
    const hits = this.chosen.filter((index) => this.answers[index].correct).length;
    const misses = this.chosen.length - hits;
    const right = this.answers.filter((answer) => answer.correct).length;
    if (this.allOrNothing) {
      return right > 0 && hits === right && misses === 0 ? 1 : 0;
    }
    return Math.max(0, hits - misses);
  };

  methods.getMaxScore = function () {
    const right = this.answers.filter((answer) => answer.correct).length;
    return this.several && !this.allOrNothing ? right : Math.min(1, right);
  };

  methods.showSolutions = function (focus) {
    this.checked = true;
    this.shown = true;
    this.touched = true;
    this.draw(focus === 'feedback' ? 'feedback' : undefined);
  };

  methods.resetTask = function (focus) {
    this.start();
    Base.resetClock(this);
    this.draw(focus === 'question' ? 'question' : undefined);
  };

  methods.getXAPIData = function () {
    return {statement: this.statement().data.statement};
  };

  methods.getCurrentState = function () {
    if (!this.touched) {
      return undefined;
    }
    return {order: this.order, chosen: this.chosen, checked: this.checked, shown: this.shown, seconds: this.seconds};
  };

  methods.getTitle = function () {
    const title = this.extras.metadata && this.extras.metadata.title;
    return H5P.createTitle(title || Base.bare(this.question));
  };

  return Base.inherit(Choice, methods);
})(window.Alongside.Base);
