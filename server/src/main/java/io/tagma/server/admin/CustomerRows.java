package io.tagma.server.admin;

import io.tagma.engine.condition.CaseFolding;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A row of Magento's customer CSV as what it asks for. Immutable. */
final class CustomerRows {
    private static final int GROUP_MAX = 65_534;
    private static final int WEBSITE_ID_MAX = 65_535;
    private static final int EMAIL_LENGTH_MAX = 4096;
    private static final Pattern EMAIL = Pattern.compile("[^@\\s\\p{Cntrl}]+@[^@\\s\\p{Cntrl}]+");
    /** An empty cell of these leaves the value as it is. */
    private static final Set<String> LEFT = Set.of(CustomerColumns.EMAIL, CustomerColumns.CREATED_AT);

    private final CustomerColumns columns;
    private final CustomerColumns.Declared declared;
    private final boolean isDelete;

    CustomerRows(final CustomerColumns columns, final CustomerColumns.Declared declared, final boolean isDelete) {
        this.columns = columns;
        this.declared = declared;
        this.isDelete = isDelete;
    }

    /** Reads the cells of a row. */
    Draft draft(final List<String> row) throws LineFault {
        if (row.size() != columns.count()) {
            throw new LineFault(ResultCode.INVALID, "", "the row has another number of columns than the header: row="
                + row.size() + ", header=" + columns.count());
        }
        final String key = key(row);
        final String email = email(row);
        final String website = website(row);
        if (key == null) {
            require(email, CustomerColumns.EMAIL);
            require(website, CustomerColumns.WEBSITE);
        }
        final Draft.Customer customer = new Draft.Customer(key, website, email,
            email == null ? null : CaseFolding.fold(email));
        if (isDelete) {
            return new Draft(new Command.SubjectDelete("", null), customer);
        }
        final Integer group = group(row);
        return new Draft(new Command.SubjectUpsert("", SubjectKind.CUSTOMER, website, group, attributes(row), null,
            null), customer);
    }

    private static void require(final String cell, final String column) throws LineFault {
        if (cell == null) {
            throw CustomerCells.fault(column, "required where there is no entity_id");
        }
    }

    private String key(final List<String> row) throws LineFault {
        final String key = columns.cell(row, CustomerColumns.ENTITY_ID);
        final String wrong = key == null ? null : Keys.fault(key, Keys.SUBJECT_LENGTH_MAX);
        if (wrong != null) {
            throw CustomerCells.fault(CustomerColumns.ENTITY_ID, wrong);
        }
        return key;
    }

    private String email(final List<String> row) throws LineFault {
        final String email = columns.cell(row, CustomerColumns.EMAIL);
        if (email != null && (Keys.isLonger(email, EMAIL_LENGTH_MAX) || !EMAIL.matcher(email).matches())) {
            throw CustomerCells.fault(CustomerColumns.EMAIL, "is no e-mail address");
        }
        return email;
    }

    /** The code; {@code website_id} says it too. */
    private String website(final List<String> row) throws LineFault {
        final String code = columns.cell(row, CustomerColumns.WEBSITE);
        if (code != null && declared.website(code) == null) {
            throw unknownWebsite(CustomerColumns.WEBSITE, code);
        }
        final String id = columns.cell(row, CustomerColumns.WEBSITE_ID);
        if (id == null) {
            return code;
        }
        final Website website =
            declared.website((int)CustomerCells.whole(id, 0, WEBSITE_ID_MAX, CustomerColumns.WEBSITE_ID));
        if (website == null) {
            throw unknownWebsite(CustomerColumns.WEBSITE_ID, id);
        }
        if (code != null && !website.code().equals(code)) {
            throw CustomerCells.fault(CustomerColumns.WEBSITE_ID, "is another website than _website: website_id="
                + website.id() + ", _website=" + code);
        }
        return website.code();
    }

    private static LineFault unknownWebsite(final String column, final String name) {
        return new LineFault(ResultCode.UNKNOWN_WEBSITE, JsonBody.pointer(column), "no such website: website=" + name);
    }

    /** Null where empty: the website's default for a new customer, as it is for another. */
    private Integer group(final List<String> row) throws LineFault {
        final String group = columns.cell(row, CustomerColumns.GROUP_ID);
        return group == null ? null : (int)CustomerCells.whole(group, 0, GROUP_MAX, CustomerColumns.GROUP_ID);
    }

    private List<NamedValue> attributes(final List<String> row) throws LineFault {
        final List<NamedValue> values = new ArrayList<>();
        for (int i = 0; i < columns.count(); i++) {
            final Attribute attribute = columns.attribute(i);
            if (attribute == null) {
                continue;
            }
            final String name = columns.name(i);
            final String cell = name.equals(CustomerColumns.EMAIL) ? row.get(i).strip() : row.get(i);
            if (!cell.isEmpty()) {
                final Value value = CustomerCells.value(attribute.type(), cell, name);
                if (!(value instanceof Value.Missing) || !LEFT.contains(name)) {
                    values.add(new NamedValue(attribute.key(), value));
                }
            } else if (!LEFT.contains(name)) {
                values.add(new NamedValue(attribute.key(), Value.MISSING));
            }
        }
        return values;
    }
}
