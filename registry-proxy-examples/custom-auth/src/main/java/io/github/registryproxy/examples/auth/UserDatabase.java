package io.github.registryproxy.examples.auth;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** The two queries. Other tables, an LDAP directory, a web service: this is the class to replace. */
final class UserDatabase {
    private final DataSource database;

    UserDatabase(DataSource database) {
        this.database = database;
    }

    /** The person of that name and password; empty when there is none, without a word on which of the two was wrong. */
    Optional<Person> find(String name, char[] password) throws SQLException {
        Optional<String> hash = hash(name);
        boolean matches = Passwords.match(password, hash.orElse(Passwords.OF_NOBODY));
        return hash.isPresent() && matches ? Optional.of(new Person(name, rights(name))) : Optional.empty();
    }

    private Optional<String> hash(String name) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement("SELECT password FROM people WHERE name = ?")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(row.getString("password")) : Optional.empty();
            }
        }
    }

    private List<Person.Right> rights(String name) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query =
                        connection.prepareStatement("SELECT repositories, push FROM rights WHERE name = ?")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                List<Person.Right> rights = new ArrayList<>();
                while (row.next()) {
                    rights.add(new Person.Right(row.getString("repositories"), row.getBoolean("push")));
                }
                return rights;
            }
        }
    }
}
