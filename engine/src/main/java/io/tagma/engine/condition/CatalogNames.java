package io.tagma.engine.condition;

import io.tagma.engine.model.Catalog;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.Website;

/** Resolves groups and websites that are written by id or by code. */
final class CatalogNames {
    private CatalogNames() {
    }

    /** The group's id. */
    static int group(final Catalog catalog, final Json json, final String at) throws Refusal {
        final CustomerGroup group;
        final String name;
        if (json instanceof Json.Num number) {
            final long id = Literals.whole(number.value());
            group = id >= 0 && id <= 65_535 ? catalog.group((int) id) : null;
            name = "id=" + number.value();
        } else if (json instanceof Json.Text text) {
            group = catalog.group(text.value());
            name = "code=" + Faults.clip(text.value()) + Spelling.hint(text.value(), catalog.groupCodes());
        } else {
            throw Faults.expected("a group's id or code", json, at);
        }
        if (group == null) {
            throw Faults.invalid(at, "unknown group: " + Faults.clip(name, 200));
        }
        return group.id();
    }

    /** The website's id. */
    static int website(final Catalog catalog, final Json json, final String at) throws Refusal {
        final Website website;
        final String name;
        if (json instanceof Json.Num number) {
            final long id = Literals.whole(number.value());
            website = id >= 0 && id <= 65_535 ? catalog.website((int) id) : null;
            name = "id=" + number.value();
        } else if (json instanceof Json.Text text) {
            website = catalog.website(text.value());
            name = "code=" + Faults.clip(text.value()) + Spelling.hint(text.value(), catalog.websiteCodes());
        } else {
            throw Faults.expected("a website's id or code", json, at);
        }
        if (website == null) {
            throw Faults.invalid(at, "unknown website: " + Faults.clip(name, 200));
        }
        return website.id();
    }
}
