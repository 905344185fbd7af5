/*
 * Alongside.Conversation, what is seen of it: each method draws one part from the state and changes nothing. MIT licence.
 */
window.Alongside = window.Alongside || {};

window.Alongside.ConversationViews = (function (Base, Rules) {
  'use strict';

  const TAGS = {best: 'yes', fair: 'partly', poor: 'no', good: 'yes', mixed: 'partly', hard: 'no'};

  function hash(text) {
    return parseInt(Base.uuid(text).slice(0, 8), 16);
  }

  const methods = {};

  methods.drawStart = function () {
    return Base.el('div', {className: 'alongside-card'}, [
      Base.rich(this.scene),
      Base.el('div', {className: 'alongside-buttons'}, [Base.button(this.words.begin, 'main', () => this.begin())])
    ]);
  };

  /** A heading, one level higher when the conversation has no title: the page around it says that then. */
  methods.heading = function (level, attributes) {
    return Base.el('h' + (this.title ? level : level - 1), attributes);
  };

  /** A heading that takes the focus when what is under it is new. */
  methods.drawHeading = function (text, quiet) {
    const kind = quiet ? ' alongside-talk__heading--count' : '';
    return this.heading(3, {tabindex: '-1', text: text, className: 'alongside-talk__heading' + kind});
  };

  /** Words that somebody says, with the name of who says them. */
  methods.drawSaid = function (who, words, side) {
    return Base.el('div', {className: 'alongside-talk__said alongside-talk__said--' + side}, [
      Base.el('p', {className: 'alongside-talk__who', text: who}),
      typeof words === 'string' ? Base.el('p', {text: words}) : words
    ]);
  };

  methods.drawNotice = function (step) {
    const notice = Base.rich(step.notice);
    return notice && Base.el('div', {className: 'alongside-talk__notice'}, [
      Base.el('p', {className: 'alongside-talk__label', text: this.words.notice}),
      notice
    ]);
  };

  /** What the last choice led to; its mark too, when marks are shown at once. */
  methods.drawConsequence = function (choice, marked) {
    const consequence = Base.rich(choice.consequence);
    if (!consequence && !marked) {
      return null;
    }
    return Base.el('div', {className: 'alongside-talk__consequence'}, [
      marked ? Base.tag(TAGS[choice.mark], this.words[choice.mark]) : null,
      consequence
    ]);
  };

  methods.drawExchange = function (step) {
    const last = this.path[this.path.length - 1];
    const before = last && this.known.steps[last.step].choices[last.choice];
    const question = this.heading(4, {
      id: Base.id('choose'),
      text: this.words.choose,
      className: 'alongside-talk__question'
    });
    const order = this.shuffle ? Base.shuffled(step.choices.length, this.seed + hash(step.id)) : step.choices.map((none, index) => index);
    const choices = Base.el('ul', {className: 'alongside-talk__choices', 'aria-labelledby': question.id},
      order.map((index) => Base.el('li', {}, [this.drawChoice(step, index)])));
    return Base.el('div', {className: 'alongside-card'}, [
      this.drawHeading(Base.fill(this.words.exchange, {number: this.path.length + 1}), true),
      before ? this.drawSaid(this.words.said, before.text, 'you') : null,
      before ? this.drawConsequence(before, this.marksAtOnce) : null,
      this.drawSaid(Base.fill(this.words.says, {name: step.speaker}), Base.rich(step.says) || '', 'other'),
      this.drawNotice(step),
      question,
      choices
    ]);
  };

  methods.drawChoice = function (step, index) {
    const button = Base.el('button', {type: 'button', className: 'alongside-talk__choice'}, [
      Base.el('span', {text: step.choices[index].text})
    ]);
    button.addEventListener('click', (event) => {
      // The second half of a double click would fall on a choice that nobody has read yet.
      if (event.detail < 2) {
        this.choose(step, index);
      }
    });
    return button;
  };

  /** Everything up to the last exchange, folded away. */
  methods.drawSoFar = function () {
    if (!this.path.length) {
      return null;
    }
    const lines = [];
    this.path.forEach((part, index) => {
      const step = this.known.steps[part.step];
      const choice = step.choices[part.choice];
      lines.push(this.drawSaid(Base.fill(this.words.says, {name: step.speaker}), Base.rich(step.says) || '', 'other'));
      if (index < this.path.length - 1) {
        lines.push(this.drawSaid(this.words.said, choice.text, 'you'), this.drawConsequence(choice, this.marksAtOnce));
      }
    });
    const details = Base.el('details', {className: 'alongside-talk__sofar'}, [
      Base.el('summary', {text: this.words.sofar}),
      Base.el('div', {className: 'alongside-card'}, lines)
    ]);
    details.addEventListener('toggle', () => this.trigger('resize'));
    return details;
  };

  /** The end: what the last choice led to, how it went, what to do next, and the way that was taken. */
  methods.drawEnding = function (ending) {
    const last = this.path[this.path.length - 1];
    const before = last && this.known.steps[last.step].choices[last.choice];
    return [
      before ? Base.el('div', {className: 'alongside-card'}, [
        this.drawHeading(Base.fill(this.words.exchange, {number: this.path.length + 1}), true),
        this.drawSaid(this.words.said, before.text, 'you'),
        this.drawConsequence(before, this.marksAtOnce)
      ]) : null,
      Base.el('div', {className: 'alongside-card alongside-talk__ending alongside-talk__ending--' + ending.kind}, [
        this.drawHeading(ending.title || this.words.end),
        ending.title ? Base.tag(TAGS[ending.kind], this.words[ending.kind]) : null,
        Base.rich(ending.text),
        this.scored && this.getMaxScore() > 0 ? this.drawScore() : null,
        this.drawMoves()
      ]),
      before ? this.drawWay(false) : null
    ];
  };

  methods.drawScore = function () {
    const most = this.getMaxScore();
    const needed = Math.ceil((most * this.passPercentage) / 100);
    return Base.el('div', {className: 'alongside-talk__score'}, [
      Base.el('p', {}, [Base.el('strong', {text: Base.fill(this.words.score, {score: this.getScore(), max: most})})]),
      Base.el('p', {text: this.succeeded() ? this.words.passed : Base.fill(this.words.failed, {needed: needed})})
    ]);
  };

  /** The way taken, a part an exchange, with marks in words; as the solution, the best way where none was taken. */
  methods.drawWay = function (solution) {
    const taken = this.path.length > 0;
    const path = taken ? this.path : this.bestPath();
    const better = solution || this.showsBetter;
    return Base.el('div', {className: 'alongside-talk__way'}, [
      this.heading(3, {
        text: taken ? this.words.way : this.words.wayBest,
        tabindex: solution ? '-1' : undefined,
        className: 'alongside-talk__heading'
      }),
      Base.el('ol', {}, path.map((part) => {
        const step = this.known.steps[part.step];
        const choice = step.choices[part.choice];
        const best = Rules.best(step);
        return Base.el('li', {className: 'alongside-card alongside-talk__part'}, [
          Base.el('p', {className: 'alongside-talk__who', text: Base.fill(this.words.says, {name: step.speaker})}),
          Base.rich(step.says),
          Base.el('p', {className: 'alongside-talk__who', text: this.words.said}),
          Base.el('p', {className: 'alongside-talk__own', text: choice.text}),
          this.drawConsequence(choice, true),
          better && Rules.worth(choice) < Rules.worth(best) ? Base.el('div', {className: 'alongside-talk__better'}, [
            Base.el('p', {className: 'alongside-talk__label', text: this.words.better}),
            Base.el('p', {text: best.text})
          ]) : null
        ]);
      }))
    ]);
  };

  methods.drawMoves = function () {
    const ended = !Rules.place(this.known, this.path).step;
    const buttons = [
      this.mayStartAgain && ended ? Base.button(this.words.again, 'quiet', () => this.resetTask('start')) : null,
      this.mayGoBack && this.path.length ? Base.button(this.words.back, 'plain', () => this.back(), 'back') : null,
      this.mayStartAgain && !ended && this.path.length ? Base.button(this.words.again, 'plain', () => this.resetTask('start')) : null
    ].filter(Boolean);
    return buttons.length ? Base.el('div', {className: 'alongside-buttons'}, buttons) : null;
  };

  return methods;
})(window.Alongside.Base, window.Alongside.ConversationRules);
