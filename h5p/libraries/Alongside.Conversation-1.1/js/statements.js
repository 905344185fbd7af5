/*
 * Alongside.Conversation, what it tells the record: xAPI statements. MIT licence.
 */
window.Alongside = window.Alongside || {};

window.Alongside.ConversationStatements = (function (Base, Rules) {
  'use strict';

  const methods = {};

  /** "completed": the whole conversation, with the way that was taken as its response. */
  methods.statement = function () {
    const event = this.createXAPIEventTemplate('completed');
    const definition = event.getVerifiedStatementValue(['object', 'definition']) || {};
    const scored = this.scored && this.getMaxScore() > 0;
    definition.description = {'en-US': this.getTitle() || Base.bare(this.scene)};
    definition.type = 'http://adlnet.gov/expapi/activities/cmi.interaction';
    definition.interactionType = 'compound';
    event.setScoredResult(
      scored ? this.getScore() : undefined,
      scored ? this.getMaxScore() : undefined,
      this,
      this.begun && !Rules.place(this.known, this.path).step,
      scored ? this.succeeded() : undefined
    );
    event.data.statement.result.response = this.path.map((part) => part.step + ':' + part.choice).join('[,]');
    return event;
  };

  /** "answered": one exchange, a child of the conversation under a name that stays the same through all versions. */
  methods.stepStatement = function (step, index, seconds) {
    const event = this.createXAPIEventTemplate('answered');
    const statement = event.data.statement;
    const own = Base.uuid((this.subContentId || '') + '/' + step.id);
    const parent = statement.object.id;
    const most = Rules.worth(Rules.best(step));
    const gained = Rules.worth(step.choices[index]);
    const right = step.choices.map((choice, at) => (Rules.worth(choice) === most ? String(at) : '')).filter(Boolean);
    statement.object.id = parent && parent.split('?')[0] + '?subContentId=' + own;
    statement.object.definition.extensions = Object.assign({}, statement.object.definition.extensions, {
      'http://h5p.org/x-api/h5p-subContentId': own
    });
    statement.object.definition.name = {'en-US': step.speaker};
    Base.describeChoice(statement.object.definition, Base.bare(step.says), step.choices.map((choice) => choice.text), right);
    statement.context = statement.context || {contextActivities: {}};
    statement.context.contextActivities.parent = [{id: parent, objectType: 'Activity'}];
    if (this.scored && most > 0) {
      event.setScoredResult(gained, most, undefined, true, gained === most);
    }
    else {
      event.setScoredResult(undefined, undefined, undefined, true, undefined);
    }
    statement.result.response = String(index);
    if (seconds !== undefined) {
      statement.result.duration = 'PT' + Math.round(seconds * 100) / 100 + 'S';
    }
    return event;
  };

  return methods;
})(window.Alongside.Base, window.Alongside.ConversationRules);
