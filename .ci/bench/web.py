"""A person with a browser without scripts: pages, forms, a session."""

import html.parser
import http.client
import re
import urllib.parse

FORM = "application/x-www-form-urlencoded"


class Refused(Exception):
    """The application did not do what was asked; the text of its page says why."""


class _Forms(html.parser.HTMLParser):
    """Every form of a page as the fields that would be sent, and boxes that are not ticked."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.form, self.select, self.area, self.texts, self.hidden = [], None, None, None, [], 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        get = dict(attributes)
        if tag in ("script", "style", "svg"):
            self.hidden += 1
        if tag == "form":
            self.form = {"fields": [], "boxes": []}
            self.forms.append(self.form)
        if self.form is None or "disabled" in get:
            return
        name, value = get.get("name"), get.get("value") or ""
        if tag == "input" and name:
            if get.get("type") in ("checkbox", "radio"):
                self.form["boxes"].append((name, value or "on"))
                if "checked" not in get:
                    return
            self.form["fields"].append((name, value))
        elif tag == "textarea" and name:
            self.area = (name, "")
        elif tag == "select" and name:
            self.select = [name, None]
        elif tag == "option" and self.select and (self.select[1] is None or "selected" in get):
            self.select[1] = value

    def handle_endtag(self, tag):
        if tag in ("script", "style", "svg"):
            self.hidden -= 1
        elif tag == "form":
            self.form = None
        elif tag == "select" and self.select and self.form:
            self.form["fields"].append((self.select[0], self.select[1] or ""))
            self.select = None
        elif tag == "textarea" and self.area and self.form:
            self.form["fields"].append(self.area)
            self.area = None

    def handle_data(self, text):
        if self.area:
            self.area = (self.area[0], self.area[1] + text)
        elif not self.hidden:
            self.texts.append(text)


def text(page):
    """The visible text of a page, white space as one space."""
    return re.sub(r"\s+", " ", " ".join(_Forms(page).texts)).strip()


class Person:
    """Somebody who is signed in; the session outlives the server."""

    def __init__(self, port, login, password):
        self.port, self.cookie = port, None
        fields, _ = self.form("/prihlaseni", "/prikaz/prihlasit")
        status, headers, body = self.send("POST", "/prihlaseni", {**fields, "jmeno": login, "heslo": password})
        if status != 303:
            raise Refused(f"{login} was not signed in: {text(body)[:500]}")
        self.cookie = headers["set-cookie"].split(";")[0]

    def send(self, method, path, fields=None):
        """Status, headers and body of the answer; an error of the connection where the server ends meanwhile."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"accept": "text/html"}
        if self.cookie:
            headers["cookie"] = self.cookie
        body = None
        if fields is not None:
            headers["content-type"] = FORM
            body = urllib.parse.urlencode(fields if isinstance(fields, list) else list(fields.items()))
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def page(self, path):
        status, _, body = self.send("GET", path)
        if status != 200:
            raise Refused(f"{path}: {status} {text(body)[:500]}")
        return body

    def form(self, path, command):
        """The fields of the form of a command on a page, and its boxes."""
        page = self.page(path)
        for form in _Forms(page).forms:
            if ("_akce", command) in form["fields"]:
                return dict(form["fields"]), form["boxes"]
        raise Refused(f"{path} has no form of {command}: {text(page)[:3000]}")

    def fill(self, path, command, change=None):
        """Fills the form of a command and sends it; gives where it leads."""
        fields, boxes = self.form(path, command)
        if change:
            change(fields, boxes)
        return self.post(path, fields)

    def post(self, path, fields):
        status, headers, body = self.send("POST", path, fields)
        if status != 303:
            raise Refused(f"{path}: {status} {text(body)[:3000]}")
        return headers["location"]
