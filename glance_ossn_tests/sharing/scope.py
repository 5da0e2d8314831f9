# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.


"""What the claims need that a run is asked for: what is not, is not made."""

import dataclasses

from glance_ossn_tests.sharing import histories
from glance_ossn_tests.sharing import kinds
from glance_ossn_tests.sharing import listings

# What goes through all histories, with data and without.
_CORE_KINDS = (kinds.ACTIVE, kinds.QUEUED)
# To read these takes a request for each image.
_SMALL_PAGES = (1, 2)


@dataclasses.dataclass(frozen=True)
class Scope:
    """The claims of a run, and what these are about.

    :param claims: the :class:`glance_ossn_tests.notes.base.Claim` that are
        to be judged, None for all there are
    :param crossed: whether the kinds of image and the questions that are
        crossed are made and asked, too
    """

    claims: tuple | None = None
    crossed: bool = True

    @property
    def core(self):
        """Whether only the core is asked for, which is to be quick."""
        return self.claims is not None and all(
            claim.core for claim in self.claims)

    def plans(self, plans):
        """Select the images that bear on the claims, with their controls.

        :param plans: list of
            :class:`glance_ossn_tests.sharing.histories.Plan`
        :returns: those of them that are needed, in their order
        """
        if not self.crossed:
            plans = [plan for plan in plans if not plan.kind.crossed]
        if self.claims is None:
            return plans
        needed = {plan for plan in self._through_main(plans)
                  if self._needs_plan(plan)}
        if not needed:
            return []
        of_kinds = {plan.kind for plan in needed}
        # That nobody is an admin, an image shows that nobody shared.
        needed.update(sorted(
            (plan for plan in plans
             if plan.history.topic == histories.UNSHARED),
            key=lambda plan: plan.kind not in of_kinds)[:1])
        return [plan for plan in plans if plan in needed or (
            plan.history.topic == histories.CONTROL and
            plan.kind in of_kinds)]

    def _needs_plan(self, plan):
        if self.core and not (plan.history.core and
                              plan.kind in _CORE_KINDS):
            return False
        return any(claim.shares and claim.shares(plan)
                   for claim in self.claims)

    def listings(self, rows):
        """Select the lists that bear on the claims.

        :param rows: list of
            :class:`glance_ossn_tests.sharing.listings.Listing`
        :returns: those of them that are needed, in their order
        """
        if self.claims is None:
            return rows
        return [row for row in self._through_main(rows)
                if self._needs_listing(row)]

    def _through_main(self, rows):
        """Leave out the further forms of an API where only the core counts.

        They lead to the same code; of each API the main one comes first.
        """
        if not self.core:
            return rows
        main = {}
        return [row for row in rows if getattr(row, 'endpoint', '') or
                main.setdefault(row.api, row.form) == row.form]

    def _needs_listing(self, row):
        if row.asks_for and row.viewer == listings.CONSUMER:
            # It tells that what is shared is there; once is enough.
            return not self.core or ('visibility', 'shared') in row.query
        if self.core and (row.late or row.visibility or
                          row.limit in _SMALL_PAGES or
                          row.viewer in listings.CALLERS or
                          not any(map(row.selects, _CORE_KINDS))):
            return False
        return any(claim.shares and (not claim.listings or
                                     claim.listings(row))
                   for claim in self.claims)
