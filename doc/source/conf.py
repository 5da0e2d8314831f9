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

project = 'glance-ossn-tests'
copyright = 'OpenStack contributors'
extensions = [
    'openstackdocstheme',
    'oslo_config.sphinxext',
]
html_theme = 'openstackdocs'
openstackdocs_repo_name = 'openstack/glance-ossn-tests'
openstackdocs_auto_name = False
openstackdocs_use_storyboard = False
master_doc = 'index'
exclude_patterns = []
pygments_style = 'native'


def _images(app, relative_path, parent_docname, content):
    """The README's images are seen from another folder here."""
    content[0] = content[0].replace('image:: doc/source/', 'image:: ')


def setup(app):
    app.connect('include-read', _images)
