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

"""How reports speak of what was judged: in general, of images, of forms.

Evidence of a type that is not named here is told by the words for it: a note
that is about something else needs nothing of this module.
"""

from glance_ossn_tests.sharing import verdicts


class Words:
    """The words for evidence of one type.

    :param what: type of what was judged, e.g. 'image'
    :param where: type of where it was looked for, e.g. 'list'; None where
        it was asked itself
    """

    # What shows something: each has an address.
    seen = 'answers'

    def __init__(self, what, where=None):
        self.one, self.many = what, what + 's'
        self.place, self.places = where, '%ss' % where
        self.title, self.region = what.capitalize(), self.many.capitalize()
        # The head of a matrix, and what its rows are.
        self.head, self.rows = self.title, self.many
        self.pairs = ('pairs of %s and %s' % (what, where) if where
                      else self.many)
        self.exposed = 'It does not, for these %s:' % self.many

    @property
    def answers(self):
        """What shows things where they were looked for."""
        return '%s of %s' % (self.seen, self.places)

    def parts(self, item):
        """Split a name, to leave out what is alike.

        :param item: :class:`glance_ossn_tests.sharing.verdicts.Item`
        :returns: tuple of texts, from coarse to fine
        """
        return (item.name,)

    def columns(self, item, full=False):
        """Tell an item in a table.

        :param item: :class:`glance_ossn_tests.sharing.verdicts.Item`
        :param full: whether the table may be wide
        :returns: dict of title to text
        """
        return {self.title: item.name, **{
            name.replace('_', ' ').capitalize(): str(value or 'none')
            for name, value in item.attributes.items()}}

    def line(self, item, after=': '):
        """Tell an item in a line.

        :param item: :class:`glance_ossn_tests.sharing.verdicts.Item`
        :param after: what follows on what it is told apart by
        :returns: text
        """
        name, *more = self.columns(item).items()
        return '; '.join([name[1]] + ['%s: %s' % (title.lower(), text)
                                      for title, text in more])


class _Images(Words):
    """Images in lists."""

    seen = 'pages'

    def __init__(self, what, where=None):
        super().__init__(what, where)
        self.head, self.rows = 'What happened to the images', 'histories'

    def parts(self, item):
        known = item.attributes
        return (known['history'], known['kind'], 'through ' + known['form'])

    def columns(self, item, full=False):
        known = item.attributes
        recipe = known.get('recipe')
        recipe = '. To see it again: ' + recipe if recipe else ''
        told = {'Image': str(known['image_id']),
                'What happened to it': item.name + recipe}
        if full:
            told['What happened to it'] = '%s, %s%s' % (
                known['history'], known['kind'], recipe)
            told['Shared through'] = known['form']
        return {**told, 'Membership': known['membership'] or 'none'}

    def line(self, item, after=': '):
        image, name, membership = self.columns(item).values()
        return '%s%s%s; membership: %s' % (image, after, name, membership)


class _Forms(Words):
    """Forms of the API."""

    def __init__(self, what, where=None):
        super().__init__(what, where)
        self.title, self.region = 'Form of the API', 'Forms of the API'
        self.exposed = 'It answers in these forms:'


_WORDS = {'image': _Images, 'form': _Forms}


def sort(evidence):
    """Sort evidence by its type.

    :param evidence: iterable of
        :class:`glance_ossn_tests.sharing.verdicts.Evidence`
    :returns: list of pairs of :class:`Words` and list of evidence, which
        has places or has none
    """
    by_type = verdicts.group(evidence, lambda each: (
        each.what.type, each.where and each.where.type))
    return [(_WORDS.get(types[0], Words)(*types), some)
            for types, some in by_type.items()]
