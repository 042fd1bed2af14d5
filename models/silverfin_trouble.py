"""One activity for each trouble, for a person who can do something about it."""

from odoo import models
from odoo.tools import plaintext2html


class SilverfinTrouble(models.AbstractModel):
    """A record that a worker needs a person for.

    ``kind`` is the end of an activity type's name in ``data/mail_activity_type.xml``:
    ``failed``, ``aside``, ``held`` and ``proof`` for client files, ``connection`` and
    ``run`` for a connection. Of each kind at most one activity is open on a record. The
    record's model is a ``mail.thread`` and ``mail.activity.mixin`` and has ``user_id``.
    """

    _name = "silverfin.trouble"
    _description = "Silverfin Trouble"

    def _notify_trouble(self, kind, text):
        """Tell the responsible once; while that is open, only its text changes.

        :param text: a sentence in that person's language; see ``_trouble_user``
        """
        self.ensure_one()
        record, note = self.sudo(), plaintext2html(text)
        self.env["silverfin.problem"]._begin(self, kind)
        told = record.activity_search([self._trouble_type(kind)])
        if told:
            told.filtered(lambda activity: activity.note != note).note = note
        elif user := self._trouble_user():
            record.activity_schedule(
                self._trouble_type(kind), note=note, user_id=user.id
            )

    def _solve_trouble(self, *kinds):
        """The trouble is over: close what was told about it."""
        self.env["silverfin.problem"]._end(self, kinds)
        self.sudo().activity_feedback(
            [self._trouble_type(kind) for kind in kinds],
            feedback=self.env._("Solved: closed by itself."),
        )

    def _trouble_type(self, kind):
        return f"account_silverfin.mail_activity_type_{kind}"

    def _trouble_user(self):
        """The responsible, else the first administrator, who may open the record."""
        self.ensure_one()
        candidates = self.sudo().user_id | self._silverfin_administrators()
        return next(filter(self._is_open_to, candidates), candidates.browse())

    def _silverfin_administrators(self):
        group = self.env.ref("account_silverfin.group_manager").sudo()
        return group.all_user_ids.filtered(lambda user: user.active).sorted("id")

    def _is_open_to(self, user):
        if not user.active or user.share:
            return False
        companies = user._get_company_ids()
        return (
            self.with_user(user)
            .with_context(allowed_company_ids=list(companies))
            .has_access("read")
        )
