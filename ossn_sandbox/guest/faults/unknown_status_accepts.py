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

"""An answer that is no status is taken for the nearest one.

Realistic: clients write "Accepted", and are forgiven.
"""

from glance.api.v2 import image_members

controller = image_members.RequestDeserializer
sound = controller.update


def update(self, request):
    answer = request.json_body
    request.body = (b'{"status": "%s"}'
                    % answer.get('status', '').lower().encode())
    return sound(self, request)


controller.update = update
