PRAGMA foreign_keys = OFF;
CREATE TABLE "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261126183607_Initial', '10.0.15');
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261126214137_ReaderMailQueue', '10.0.15');
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261127040553_ArchiveAndLooks', '10.0.15');
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261127044117_ReaderImports', '10.0.15');
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261127045010_WhatComesBack', '10.0.15');
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261127065450_ChunkTotals', '10.0.15');
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261127081231_PastIssuesAndProviders', '10.0.15');
CREATE TABLE "AspNetRoles" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetRoles" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NULL,
    "NormalizedName" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL
);
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (1, 'correspondent', 'CORRESPONDENT', '897aa277-fa45-492a-b3e9-72607502eb63');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (2, 'editor', 'EDITOR', '7e367330-39d7-4107-8523-d739d6010797');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (3, 'ops', 'OPS', '0eb6edbd-be03-460f-ab73-13a647bd64cc');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (4, 'admin', 'ADMIN', 'ca1be0cd-13be-4085-bef6-6a8da14c2ad7');
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Newsletters', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('AspNetRoles', 4);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Subscribers', 4);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Subscriptions', 4);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Confirmations', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('SubscriberMails', 3);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Audit', 11);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('ApiTokens', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Issues', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Photos', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('EditionSlots', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Corrections', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('OneTimeLinks', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Staff', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('AspNetRoleClaims', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('AspNetUserClaims', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('ReaderImports', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Bounces', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('SenderReportLines', 1);
CREATE TABLE "Audit" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Audit" PRIMARY KEY AUTOINCREMENT,
    "At" TEXT NOT NULL,
    "Actor" TEXT NOT NULL,
    "Action" TEXT NOT NULL,
    "Target" TEXT NOT NULL,
    "Detail" TEXT NULL
);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (1, '2026-11-24 09:00:00', 'reader', 'subscription.confirmed', 'subscriber:1', 'newsletter:1');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (2, '2026-11-24 09:00:00', 'command line', 'token.created', 'token:1', 'editor');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (3, '2026-11-24 09:00:00', 'token:1', 'issue.created', 'issue:1', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (4, '2026-11-24 09:00:00', 'token:1', 'photo.added', 'issue:1', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (5, '2026-11-24 09:00:00', 'token:1', 'issue.scheduled', 'issue:1', '2026-12-02T08:00:00.0000000+00:00, revision 1');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (6, '2026-12-02 09:00:00', 'worker', 'issue.begun', 'issue:1', 'revision 1');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (7, '2026-12-02 09:00:00', 'token:1', 'issue.corrected', 'issue:1', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (8, '2026-12-02 09:00:00', 'reader', 'subscription.ended', 'subscriber:4', 'newsletter:1, page');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (9, '2026-12-02 09:00:00', 'reader', 'preferences.asked', 'subscriber:4', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (10, '2026-12-02 09:00:00', 'reader', 'subscriber.erased', 'subscribers', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (11, '2026-12-02 09:00:00', 'worker', 'bounce.soft', 'subscriber:1', '5.2.2, the mailbox is full, issue:1, counted');
CREATE TABLE "ConsentTexts" (
    "Version" TEXT NOT NULL CONSTRAINT "PK_ConsentTexts" PRIMARY KEY,
    "Language" TEXT NOT NULL,
    "Words" TEXT NOT NULL,
    "FirstShownAt" TEXT NOT NULL
);
INSERT INTO "ConsentTexts" ("Version", "Language", "Words", "FirstShownAt") VALUES ('5ac6ktn74mfj2dr5', 'en', 'Confirm your subscription
Click the button, and China In Eurasia will be sent to the address this link went to.
Confirm subscription', '2026-11-24 00:00:00');
CREATE TABLE "DatabaseVersions" (
    "Version" TEXT NOT NULL CONSTRAINT "PK_DatabaseVersions" PRIMARY KEY,
    "Since" TEXT NOT NULL
);
INSERT INTO "DatabaseVersions" ("Version", "Since") VALUES ('0.12.0', '2026-11-24 09:00:00');
CREATE TABLE "ErasedReaders" (
    "SubscriberId" INTEGER NOT NULL CONSTRAINT "PK_ErasedReaders" PRIMARY KEY
);
INSERT INTO "ErasedReaders" ("SubscriberId") VALUES (3);
CREATE TABLE "IdempotencyKeys" (
    "Key" BLOB NOT NULL CONSTRAINT "PK_IdempotencyKeys" PRIMARY KEY,
    "RequestHash" BLOB NOT NULL,
    "Status" INTEGER NULL,
    "ContentType" TEXT NULL,
    "Location" TEXT NULL,
    "ETag" TEXT NULL,
    "Body" BLOB NULL,
    "CreatedAt" TEXT NOT NULL
);
INSERT INTO "IdempotencyKeys" ("Key", "RequestHash", "Status", "ContentType", "Location", "ETag", "Body", "CreatedAt") VALUES (X'C5DBFCA3D30A8BA16FE84FFBA6A366D569D6E753DAD960866075B8CEC70032F1', X'728C9189AB96EBFB2FECDA7970AEF82DAC11B3B256B72399DEC83C329B0A541C', 201, 'application/json; charset=utf-8', 'http://localhost/api/v1/issues/1', '"1"', X'7B226964223A312C226E6577736C6574746572223A226368696E612D696E2D65757261736961222C227375626A656374223A2246726F6D2074686520737465707065222C22707265686561646572223A22222C22736C7567223A2266726F6D2D7468652D737465707065222C2262796C696E65223A22222C226172636869766564223A747275652C2270696374757265223A22222C22626F6479223A224120726F6164206973206265696E67206275696C742E5C6E5C6E215B54686520626F726465725D2870686F746F732F626F726465722E6A7067205C224174206E6F6F6E207C20412E204E6F76616B5C2229222C227374617465223A226472616674222C22736C6F74223A6E756C6C2C227265766973696F6E223A312C2273656E644174223A6E756C6C2C22637265617465644174223A22323032362D31312D32345430393A30303A30302B30303A3030222C22757064617465644174223A22323032362D31312D32345430393A30303A30302B30303A3030222C2273656E64537461727465644174223A6E756C6C2C2273656E744174223A6E756C6C2C2274726F75626C65223A6E756C6C2C22617070726F7665645265766973696F6E223A6E756C6C2C22617070726F7665644279223A6E756C6C2C22617070726F7665644174223A6E756C6C2C2272657374537461727465644174223A6E756C6C2C227265737453656E744174223A6E756C6C2C22666972737453656E7457697468223A6E756C6C7D', '2026-11-24 09:00:00');
CREATE TABLE "KeyRingMarks" (
    "Fingerprint" TEXT NOT NULL CONSTRAINT "PK_KeyRingMarks" PRIMARY KEY
);
INSERT INTO "KeyRingMarks" ("Fingerprint") VALUES ('a13d45dbc32af1c8');
CREATE TABLE "Newsletters" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Newsletters" PRIMARY KEY AUTOINCREMENT,
    "Slug" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Description" TEXT NOT NULL,
    "From" TEXT NOT NULL,
    "ReplyTo" TEXT NULL,
    "Schedule" TEXT NOT NULL,
    "TimeZone" TEXT NOT NULL,
    "Locale" TEXT NOT NULL,
    "PostalAddress" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "SlotsSettledUntil" TEXT NOT NULL
, "Color" TEXT NOT NULL DEFAULT '', "DarkColor" TEXT NOT NULL DEFAULT '', "Descriptions" TEXT NOT NULL DEFAULT '', "LogoHeight" INTEGER NOT NULL DEFAULT 0, "LogoName" TEXT NULL, "LogoWidth" INTEGER NOT NULL DEFAULT 0, "Names" TEXT NOT NULL DEFAULT '', "SmartTypography" INTEGER NOT NULL DEFAULT 0);
INSERT INTO "Newsletters" ("Id", "Slug", "Name", "Description", "From", "ReplyTo", "Schedule", "TimeZone", "Locale", "PostalAddress", "CreatedAt", "SlotsSettledUntil", "Color", "DarkColor", "Descriptions", "LogoHeight", "LogoName", "LogoWidth", "Names", "SmartTypography") VALUES (1, 'china-in-eurasia', 'China In Eurasia', 'China''s growing presence from Central Asia to Eastern Europe, reported from the ground. On the first and third Wednesday of each month.', 'China In Eurasia <news@sender.test>', NULL, '0 9 1-7,15-21 * WED', 'Europe/Prague', 'en', '', '2026-11-24 09:00:00', '2026-12-02 08:00:00', '', '', '{}', 0, NULL, 0, '{}', 0);
CREATE TABLE "SendingDays" (
    "Day" TEXT NOT NULL CONSTRAINT "PK_SendingDays" PRIMARY KEY,
    "Reserved" INTEGER NOT NULL
);
INSERT INTO "SendingDays" ("Day", "Reserved") VALUES ('2026-12-02', 2);
CREATE TABLE "SignUpTallies" (
    "Key" BLOB NOT NULL CONSTRAINT "PK_SignUpTallies" PRIMARY KEY,
    "EndsAt" TEXT NOT NULL,
    "Count" INTEGER NOT NULL
);
INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (X'7DA45020506830622A119669C0415D4EBA3D8007E08F3A114033C18614ED5AB3', '2026-11-24 10:00:00', 2);
INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (X'456A2074DA368B994C232316ABBD774A295BD041C91246B490B45CA1858DC9E9', '2026-11-25 09:00:00', 1);
CREATE TABLE "Staff" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Staff" PRIMARY KEY AUTOINCREMENT,
    "LastSignInAt" TEXT NULL,
    "UserName" TEXT NULL,
    "NormalizedUserName" TEXT NULL,
    "Email" TEXT NULL,
    "NormalizedEmail" TEXT NULL,
    "EmailConfirmed" INTEGER NOT NULL,
    "PasswordHash" TEXT NULL,
    "SecurityStamp" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL,
    "PhoneNumber" TEXT NULL,
    "PhoneNumberConfirmed" INTEGER NOT NULL,
    "TwoFactorEnabled" INTEGER NOT NULL,
    "LockoutEnd" TEXT NULL,
    "LockoutEnabled" INTEGER NOT NULL,
    "AccessFailedCount" INTEGER NOT NULL
);
INSERT INTO "Staff" ("Id", "LastSignInAt", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "EmailConfirmed", "PasswordHash", "SecurityStamp", "ConcurrencyStamp", "PhoneNumber", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnd", "LockoutEnabled", "AccessFailedCount") VALUES (1, '2026-12-02 09:00:00', 'staff1@desk.test', 'STAFF1@DESK.TEST', 'staff1@desk.test', 'STAFF1@DESK.TEST', 1, 'AQAAAAIAAAPoAAAAEDCfWHGa6G7Vp26OM/EWRRmO1OF5fbfRjV4yyTHbcwaZYfcEgZtbvzsYS6cS6FMHqA==', 'NLCGS5UBYPCAVKNDVOZMWWQ6E2U46DPF', '242bc413-6652-4212-9403-e23478a9ac61', NULL, 0, 0, NULL, 0, 0);
CREATE TABLE "Subscribers" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Subscribers" PRIMARY KEY AUTOINCREMENT,
    "AddressHash" BLOB NOT NULL,
    "SealedAddress" BLOB NOT NULL,
    "SealedName" BLOB NULL,
    "Language" TEXT NULL,
    "CreatedAt" TEXT NOT NULL
, "SealedFields" BLOB NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (1, X'66F1E545DD1F3AAE2E18BE1D8D06215D38FB93E00599EA968A38EF0FDAB0DF16', X'0107E4B220F2C9C351329522D6C83CFD5D09B7D6CA8F63AB80F1B66234511E27866852B4B3FA0F91D31B760EE50D4C612237AF82BB00398C94CBA83B88A7A12A8B5AD05B903E76FC20A3C393E26FD79189C7206185DB60AE436C8A158E', X'01475006088E1C3D45D6EB7D20828A126FDFACFE03B5902BA114759048528824B9679089D9FA7A7F406B1470210B58FA29A944049D42FDF0CE0BD12446D106634B008160FE517B24F251BE105CA7797D29E87656F77BF4D9A65B5D2481', NULL, '2026-11-24 00:00:00', NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (2, X'DE2DC8F14630B79D927488CDB412636DF9239DFA59BD90FEEAF8EBFD6DA0C5D1', X'01808A0B55C2D68DAFF4A9A561AFC60D6E2D0B0CEE5A81F1228338B07679AA0960770FF6D9D5308942DA158C1A06536A0FFB6BAE743046429B97BE14FBC8135FA5B344CACB59367C977A007B9D9CAC12F17562F897A9ACAFCF2229856B', NULL, NULL, '2026-11-24 00:00:00', NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (4, X'08296793843481255B7AFE91039CAB8A5328A925F05A8E70E08A4E2C23D24202', X'018B54A0E140416F3412CD4B0BB2CDD220269C4C0F6291B737D6504231C1C98F266A2B19B1794355DF52981717F7C8E64AFA3C368FFACEEF17661B8AEA1498468724E56507A5911C6BD0AA2A2F503473EEE3BFACA14EA07EAC065BF122', NULL, NULL, '2026-12-02 00:00:00', NULL);
CREATE TABLE "Suppressions" (
    "AddressHash" BLOB NOT NULL CONSTRAINT "PK_Suppressions" PRIMARY KEY,
    "Reason" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL
);
INSERT INTO "Suppressions" ("AddressHash", "Reason", "CreatedAt") VALUES (X'9C262DDC07ACE461FBAB53C858540F94AD052437B5AB15F57663DB5081F6E450', 'HardBounce', '2026-11-24 09:00:00');
INSERT INTO "Suppressions" ("AddressHash", "Reason", "CreatedAt") VALUES (X'99A5D8E885F4D94725A5A0D6EB70B75C8FD357A96B744586B663087120B51D4E', 'Erased', '2026-12-02 00:00:00');
CREATE TABLE "AspNetRoleClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetRoleClaims" PRIMARY KEY AUTOINCREMENT,
    "RoleId" INTEGER NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_AspNetRoleClaims_AspNetRoles_RoleId" FOREIGN KEY ("RoleId") REFERENCES "AspNetRoles" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetRoleClaims" ("Id", "RoleId", "ClaimType", "ClaimValue") VALUES (1, 1, 'type', 'value');
CREATE TABLE "Issues" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Issues" PRIMARY KEY AUTOINCREMENT,
    "NewsletterId" INTEGER NOT NULL,
    "Slug" TEXT NOT NULL,
    "Subject" TEXT NOT NULL,
    "Preheader" TEXT NOT NULL,
    "Byline" TEXT NOT NULL,
    "Body" TEXT NOT NULL,
    "Archived" INTEGER NOT NULL,
    "State" TEXT NOT NULL,
    "Revision" INTEGER NOT NULL,
    "Decision" INTEGER NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "UpdatedAt" TEXT NOT NULL,
    "SendAt" TEXT NULL,
    "SendStartedAt" TEXT NULL,
    "SentAt" TEXT NULL,
    "RestStartedAt" TEXT NULL,
    "RestSentAt" TEXT NULL,
    "ApprovedRevision" INTEGER NULL,
    "ApprovedBy" TEXT NULL,
    "ApprovedAt" TEXT NULL,
    "LastError" TEXT NULL, "Picture" TEXT NOT NULL DEFAULT '', "FirstSentWith" TEXT NULL,
    CONSTRAINT "FK_Issues_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT
);
INSERT INTO "Issues" ("Id", "NewsletterId", "Slug", "Subject", "Preheader", "Byline", "Body", "Archived", "State", "Revision", "Decision", "CreatedAt", "UpdatedAt", "SendAt", "SendStartedAt", "SentAt", "RestStartedAt", "RestSentAt", "ApprovedRevision", "ApprovedBy", "ApprovedAt", "LastError", "Picture", "FirstSentWith") VALUES (1, 1, 'from-the-steppe', 'From the steppe', '', '', 'A road is being built.

![The border](photos/border.jpg "At noon | A. Novak")', 1, 'Sent', 1, 3, '2026-11-24 09:00:00', '2026-11-24 09:00:00', '2026-12-02 08:00:00', '2026-12-02 09:00:00', '2026-12-02 09:00:00', NULL, NULL, NULL, NULL, NULL, NULL, '', NULL);
CREATE TABLE "UnsubscribeCounts" (
    "NewsletterId" INTEGER NOT NULL,
    "Reason" TEXT NOT NULL,
    "Readers" INTEGER NOT NULL,
    CONSTRAINT "PK_UnsubscribeCounts" PRIMARY KEY ("NewsletterId", "Reason"),
    CONSTRAINT "FK_UnsubscribeCounts_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT
);
INSERT INTO "UnsubscribeCounts" ("NewsletterId", "Reason", "Readers") VALUES (1, 'TooMany', 1);
CREATE TABLE "ApiTokens" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ApiTokens" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NOT NULL,
    "Role" TEXT NOT NULL,
    "Hash" BLOB NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ExpiresAt" TEXT NULL,
    "LastUsedAt" TEXT NULL,
    "MadeById" INTEGER NULL,
    CONSTRAINT "FK_ApiTokens_Staff_MadeById" FOREIGN KEY ("MadeById") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "ApiTokens" ("Id", "Name", "Role", "Hash", "CreatedAt", "ExpiresAt", "LastUsedAt", "MadeById") VALUES (1, 'test dcae7738-de24-4f70-8963-d3515d475b79', 'editor', X'28EAB4556B9A2B6BAB08AA9CEBA040E3DBC4EAC053B26AAB0A8EE90EE4E8B367', '2026-11-24 09:00:00', '2027-11-24 09:00:00', '2026-12-02 09:00:00', NULL);
CREATE TABLE "AspNetUserClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetUserClaims" PRIMARY KEY AUTOINCREMENT,
    "UserId" INTEGER NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_AspNetUserClaims_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserClaims" ("Id", "UserId", "ClaimType", "ClaimValue") VALUES (1, 1, 'type', 'value');
CREATE TABLE "AspNetUserLogins" (
    "LoginProvider" TEXT NOT NULL,
    "ProviderKey" TEXT NOT NULL,
    "ProviderDisplayName" TEXT NULL,
    "UserId" INTEGER NOT NULL,
    CONSTRAINT "PK_AspNetUserLogins" PRIMARY KEY ("LoginProvider", "ProviderKey"),
    CONSTRAINT "FK_AspNetUserLogins_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserLogins" ("LoginProvider", "ProviderKey", "ProviderDisplayName", "UserId") VALUES ('provider', 'key', NULL, 1);
CREATE TABLE "AspNetUserRoles" (
    "UserId" INTEGER NOT NULL,
    "RoleId" INTEGER NOT NULL,
    CONSTRAINT "PK_AspNetUserRoles" PRIMARY KEY ("UserId", "RoleId"),
    CONSTRAINT "FK_AspNetUserRoles_AspNetRoles_RoleId" FOREIGN KEY ("RoleId") REFERENCES "AspNetRoles" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_AspNetUserRoles_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserRoles" ("UserId", "RoleId") VALUES (1, 2);
INSERT INTO "AspNetUserRoles" ("UserId", "RoleId") VALUES (1, 3);
CREATE TABLE "AspNetUserTokens" (
    "UserId" INTEGER NOT NULL,
    "LoginProvider" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Value" TEXT NULL,
    CONSTRAINT "PK_AspNetUserTokens" PRIMARY KEY ("UserId", "LoginProvider", "Name"),
    CONSTRAINT "FK_AspNetUserTokens_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserTokens" ("UserId", "LoginProvider", "Name", "Value") VALUES (1, 'provider', 'name', 'value');
CREATE TABLE "StaffSessions" (
    "Hash" BLOB NOT NULL CONSTRAINT "PK_StaffSessions" PRIMARY KEY,
    "StaffId" INTEGER NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "SeenAt" TEXT NOT NULL,
    CONSTRAINT "FK_StaffSessions_Staff_StaffId" FOREIGN KEY ("StaffId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "StaffSessions" ("Hash", "StaffId", "CreatedAt", "SeenAt") VALUES (X'A5B48CDE8AEB1F5EBA219F262A82042E5E549C7B2606679D5FFA7AAF355FD07E', 1, '2026-12-02 09:00:00', '2026-12-02 09:00:00');
CREATE TABLE "Confirmations" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Confirmations" PRIMARY KEY AUTOINCREMENT,
    "SubscriberId" INTEGER NOT NULL,
    "NewsletterIds" TEXT NOT NULL,
    "Seed" BLOB NOT NULL,
    "TokenHash" BLOB NOT NULL,
    "SealedName" BLOB NULL,
    "Language" TEXT NULL,
    "Source" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ExpiresAt" TEXT NOT NULL,
    "UsedAt" TEXT NULL,
    "RemindedAt" TEXT NULL,
    "RobotSeenAt" TEXT NULL,
    "RobotNetwork" BLOB NULL,
    "DoubtedAt" TEXT NULL,
    CONSTRAINT "FK_Confirmations_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "Confirmations" ("Id", "SubscriberId", "NewsletterIds", "Seed", "TokenHash", "SealedName", "Language", "Source", "CreatedAt", "ExpiresAt", "UsedAt", "RemindedAt", "RobotSeenAt", "RobotNetwork", "DoubtedAt") VALUES (1, 1, '[1]', X'B457026F7C6DEADAECD1583F04B2B9D4', X'16A9A55D5608D640782B7FA1FD5F2C829BDCCB4CBC9006A31FCABB87A260E7EE', NULL, NULL, 'form', '2026-11-24 09:00:00', '2026-12-01 09:00:00', '2026-11-24 09:00:00', NULL, NULL, NULL, NULL);
CREATE TABLE "OneTimeLinks" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_OneTimeLinks" PRIMARY KEY AUTOINCREMENT,
    "SubscriberId" INTEGER NOT NULL,
    "Purpose" TEXT NOT NULL,
    "Seed" BLOB NOT NULL,
    "TokenHash" BLOB NOT NULL,
    "SealedAddress" BLOB NULL,
    "CreatedAt" TEXT NOT NULL,
    "ExpiresAt" TEXT NOT NULL,
    "UsedAt" TEXT NULL,
    CONSTRAINT "FK_OneTimeLinks_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "OneTimeLinks" ("Id", "SubscriberId", "Purpose", "Seed", "TokenHash", "SealedAddress", "CreatedAt", "ExpiresAt", "UsedAt") VALUES (1, 4, 'Preferences', X'9EDC2B669E1C017F0DC22E1B6210D8C6', X'5F9EF1F373D2D326DE21E19F9065335162E09A66C5561D24D66BF66F2CC06770', NULL, '2026-12-02 09:00:00', '2026-12-02 10:00:00', NULL);
CREATE TABLE "SubscriberMails" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_SubscriberMails" PRIMARY KEY AUTOINCREMENT,
    "Kind" TEXT NOT NULL,
    "SubscriberId" INTEGER NOT NULL,
    "ConfirmationId" INTEGER NULL,
    "NewsletterId" INTEGER NULL,
    "OneTimeLinkId" INTEGER NULL,
    "SealedTo" BLOB NULL,
    "State" TEXT NOT NULL,
    "Attempts" INTEGER NOT NULL,
    "FirstAttemptAt" TEXT NULL,
    "NextAttemptAt" TEXT NOT NULL,
    "ClaimedUntil" TEXT NULL,
    "ReplyCode" INTEGER NULL,
    "EnhancedCode" TEXT NULL,
    "ReplyText" TEXT NULL,
    "CreatedAt" TEXT NOT NULL,
    "UpdatedAt" TEXT NOT NULL,
    CONSTRAINT "FK_SubscriberMails_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "SubscriberMails" ("Id", "Kind", "SubscriberId", "ConfirmationId", "NewsletterId", "OneTimeLinkId", "SealedTo", "State", "Attempts", "FirstAttemptAt", "NextAttemptAt", "ClaimedUntil", "ReplyCode", "EnhancedCode", "ReplyText", "CreatedAt", "UpdatedAt") VALUES (1, 'Confirmation', 1, 1, NULL, NULL, NULL, 'Accepted', 1, '2026-11-24 09:00:00', '2026-11-24 09:00:00', NULL, 250, '2.0.0', NULL, '2026-11-24 09:00:00', '2026-11-24 09:00:00');
INSERT INTO "SubscriberMails" ("Id", "Kind", "SubscriberId", "ConfirmationId", "NewsletterId", "OneTimeLinkId", "SealedTo", "State", "Attempts", "FirstAttemptAt", "NextAttemptAt", "ClaimedUntil", "ReplyCode", "EnhancedCode", "ReplyText", "CreatedAt", "UpdatedAt") VALUES (2, 'Welcome', 1, 1, 1, NULL, NULL, 'Accepted', 1, '2026-11-24 09:00:00', '2026-11-24 09:00:00', NULL, 250, '2.0.0', NULL, '2026-11-24 09:00:00', '2026-11-24 09:00:00');
INSERT INTO "SubscriberMails" ("Id", "Kind", "SubscriberId", "ConfirmationId", "NewsletterId", "OneTimeLinkId", "SealedTo", "State", "Attempts", "FirstAttemptAt", "NextAttemptAt", "ClaimedUntil", "ReplyCode", "EnhancedCode", "ReplyText", "CreatedAt", "UpdatedAt") VALUES (3, 'OneTimeLink', 4, NULL, NULL, 1, NULL, 'Accepted', 1, '2026-12-02 09:00:00', '2026-12-02 09:00:00', NULL, 250, '2.0.0', NULL, '2026-12-02 09:00:00', '2026-12-02 09:00:00');
CREATE TABLE "Subscriptions" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Subscriptions" PRIMARY KEY AUTOINCREMENT,
    "SubscriberId" INTEGER NOT NULL,
    "NewsletterId" INTEGER NOT NULL,
    "State" TEXT NOT NULL,
    "Source" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ConfirmedAt" TEXT NULL,
    "ConsentVersion" TEXT NULL,
    "UnsubscribedAt" TEXT NULL,
    "PausedUntil" TEXT NULL,
    "SaidWhy" INTEGER NOT NULL,
    CONSTRAINT "FK_Subscriptions_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT,
    CONSTRAINT "FK_Subscriptions_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "Subscriptions" ("Id", "SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion", "UnsubscribedAt", "PausedUntil", "SaidWhy") VALUES (1, 1, 1, 'Confirmed', 'form', '2026-11-24 00:00:00', '2026-11-24 00:00:00', '5ac6ktn74mfj2dr5', NULL, NULL, 0);
INSERT INTO "Subscriptions" ("Id", "SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion", "UnsubscribedAt", "PausedUntil", "SaidWhy") VALUES (2, 2, 1, 'Confirmed', 'form', '2026-11-24 09:00:00', '2026-11-24 09:00:00', NULL, NULL, NULL, 0);
INSERT INTO "Subscriptions" ("Id", "SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion", "UnsubscribedAt", "PausedUntil", "SaidWhy") VALUES (4, 4, 1, 'Unsubscribed', 'form', '2026-12-02 09:00:00', '2026-12-02 09:00:00', NULL, '2026-12-02 09:00:00', NULL, 1);
CREATE TABLE "Deliveries" (
    "IssueId" INTEGER NOT NULL,
    "SubscriberId" INTEGER NOT NULL,
    "Chunk" INTEGER NOT NULL,
    "State" TEXT NOT NULL,
    "Reason" TEXT NULL,
    "Attempts" INTEGER NOT NULL,
    "FirstAttemptAt" TEXT NULL,
    "Faults" INTEGER NOT NULL,
    "NextAttemptAt" TEXT NULL,
    "ReplyCode" INTEGER NULL,
    "EnhancedCode" TEXT NULL,
    "ReplyText" TEXT NULL,
    "UncertainAt" TEXT NULL,
    "Lost" INTEGER NOT NULL,
    "UpdatedAt" TEXT NOT NULL,
    CONSTRAINT "PK_Deliveries" PRIMARY KEY ("IssueId", "SubscriberId"),
    CONSTRAINT "FK_Deliveries_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT
);
INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Reason", "Attempts", "FirstAttemptAt", "Faults", "NextAttemptAt", "ReplyCode", "EnhancedCode", "ReplyText", "UncertainAt", "Lost", "UpdatedAt") VALUES (1, 1, 1, 'Accepted', NULL, 1, NULL, 0, NULL, 250, '2.0.0', NULL, NULL, 0, '2026-12-02 09:00:00');
INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Reason", "Attempts", "FirstAttemptAt", "Faults", "NextAttemptAt", "ReplyCode", "EnhancedCode", "ReplyText", "UncertainAt", "Lost", "UpdatedAt") VALUES (1, 2, 1, 'Rejected', NULL, 1, NULL, 0, NULL, 550, '5.1.1', 'User unknown', NULL, 0, '2026-12-02 09:00:00');
INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Reason", "Attempts", "FirstAttemptAt", "Faults", "NextAttemptAt", "ReplyCode", "EnhancedCode", "ReplyText", "UncertainAt", "Lost", "UpdatedAt") VALUES (1, 3, 1, 'Uncertain', NULL, 1, NULL, 0, NULL, 250, '2.0.0', NULL, NULL, 0, '2026-12-02 09:00:00');
CREATE TABLE "DeliveryChunks" (
    "IssueId" INTEGER NOT NULL,
    "Number" INTEGER NOT NULL,
    "Done" INTEGER NOT NULL,
    "LeasedBy" TEXT NULL,
    "LeasedUntil" TEXT NULL,
    "QueuedUntil" TEXT NULL,
    "NextAttemptAt" TEXT NOT NULL, "Totals" TEXT NULL,
    CONSTRAINT "PK_DeliveryChunks" PRIMARY KEY ("IssueId", "Number"),
    CONSTRAINT "FK_DeliveryChunks_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT
);
INSERT INTO "DeliveryChunks" ("IssueId", "Number", "Done", "LeasedBy", "LeasedUntil", "QueuedUntil", "NextAttemptAt", "Totals") VALUES (1, 1, 1, NULL, NULL, NULL, '2026-12-02 09:00:00', NULL);
CREATE TABLE "Editions" (
    "IssueId" INTEGER NOT NULL CONSTRAINT "PK_Editions" PRIMARY KEY,
    "Revision" INTEGER NOT NULL,
    "Subject" TEXT NOT NULL,
    "From" TEXT NOT NULL,
    "ReplyTo" TEXT NULL,
    "NewsletterName" TEXT NOT NULL,
    "Locale" TEXT NOT NULL,
    "MailHtml" TEXT NOT NULL,
    "MailText" TEXT NOT NULL,
    "WebHtml" TEXT NOT NULL,
    "MessageIdSeed" BLOB NOT NULL,
    "RenderedAt" TEXT NOT NULL,
    CONSTRAINT "FK_Editions_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT
);
INSERT INTO "Editions" ("IssueId", "Revision", "Subject", "From", "ReplyTo", "NewsletterName", "Locale", "MailHtml", "MailText", "WebHtml", "MessageIdSeed", "RenderedAt") VALUES (1, 1, 'From the steppe', 'China In Eurasia <news@sender.test>', NULL, 'China In Eurasia', 'en', '<p>A road is being built.</p>', 'A road is being built.', '<p>A road is being built.</p>', X'AD040941BD5C16A4B8E592977CA5E326CD2AE1D8D23C56AA82F30B8061B315D5', '2026-12-02 09:00:00');
CREATE TABLE "EditionSlots" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_EditionSlots" PRIMARY KEY AUTOINCREMENT,
    "NewsletterId" INTEGER NOT NULL,
    "At" TEXT NOT NULL,
    "IssueId" INTEGER NULL,
    CONSTRAINT "FK_EditionSlots_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT,
    CONSTRAINT "FK_EditionSlots_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT
);
INSERT INTO "EditionSlots" ("Id", "NewsletterId", "At", "IssueId") VALUES (1, 1, '2026-12-02 08:00:00', 1);
CREATE TABLE "IssueRevisions" (
    "IssueId" INTEGER NOT NULL,
    "Revision" INTEGER NOT NULL,
    "Subject" TEXT NOT NULL,
    "Preheader" TEXT NOT NULL,
    "Byline" TEXT NOT NULL,
    "Slug" TEXT NOT NULL,
    "Body" TEXT NOT NULL,
    "Archived" INTEGER NOT NULL,
    "SavedAt" TEXT NOT NULL,
    "SavedBy" TEXT NOT NULL, "Picture" TEXT NOT NULL DEFAULT '',
    CONSTRAINT "PK_IssueRevisions" PRIMARY KEY ("IssueId", "Revision"),
    CONSTRAINT "FK_IssueRevisions_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "IssueRevisions" ("IssueId", "Revision", "Subject", "Preheader", "Byline", "Slug", "Body", "Archived", "SavedAt", "SavedBy", "Picture") VALUES (1, 1, 'From the steppe', '', '', 'from-the-steppe', 'A road is being built.

![The border](photos/border.jpg "At noon | A. Novak")', 1, '2026-11-24 09:00:00', 'token:1', '');
CREATE TABLE "Photos" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Photos" PRIMARY KEY AUTOINCREMENT,
    "IssueId" INTEGER NOT NULL,
    "FileName" TEXT NOT NULL,
    "MediaName" TEXT NOT NULL,
    "NarrowMediaName" TEXT NOT NULL,
    "Width" INTEGER NOT NULL,
    "Height" INTEGER NOT NULL,
    "AddedAt" TEXT NOT NULL, "NarrowWebPName" TEXT NULL, "WebPName" TEXT NULL,
    CONSTRAINT "FK_Photos_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "Photos" ("Id", "IssueId", "FileName", "MediaName", "NarrowMediaName", "Width", "Height", "AddedAt", "NarrowWebPName", "WebPName") VALUES (1, 1, 'photos/border.jpg', '24eqwnxy7x6zw24i3ntz6pwn2l-800.jpg', 'mfqc73dbhpzlssejkas6giuoxz-600.jpg', 800, 600, '2026-11-24 09:00:00', 'amdsccsnsypiphdhbyylclo3gg-600.webp', 'ztqys33j7seesa53w4c3suid2t-800.webp');
CREATE TABLE "EditionFrames" (
    "IssueId" INTEGER NOT NULL,
    "Language" TEXT NOT NULL,
    "MailHtml" TEXT NOT NULL,
    "MailText" TEXT NOT NULL,
    CONSTRAINT "PK_EditionFrames" PRIMARY KEY ("IssueId", "Language"),
    CONSTRAINT "FK_EditionFrames_Editions_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Editions" ("IssueId") ON DELETE CASCADE
);
INSERT INTO "EditionFrames" ("IssueId", "Language", "MailHtml", "MailText") VALUES (1, 'de', '<p>A road is being built.</p>', 'A road is being built.');
CREATE TABLE "ReaderMailMarks" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ReaderMailMarks" PRIMARY KEY,
    "QueuedUntil" TEXT NULL
);
INSERT INTO "ReaderMailMarks" ("Id", "QueuedUntil") VALUES (1, NULL);
CREATE TABLE "Corrections" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Corrections" PRIMARY KEY AUTOINCREMENT,
    "IssueId" INTEGER NOT NULL,
    "At" TEXT NOT NULL,
    "Text" TEXT NOT NULL,
    CONSTRAINT "FK_Corrections_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "Corrections" ("Id", "IssueId", "At", "Text") VALUES (1, 1, '2026-12-02 09:00:00', 'The road is a path.');
CREATE TABLE "Logos" (
    "MediaName" TEXT NOT NULL CONSTRAINT "PK_Logos" PRIMARY KEY,
    "NewsletterId" INTEGER NOT NULL,
    "AddedAt" TEXT NOT NULL,
    CONSTRAINT "FK_Logos_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE CASCADE
);
INSERT INTO "Logos" ("MediaName", "NewsletterId", "AddedAt") VALUES ('aaaaaaaaaaaaaaaaaaaaaaaaaa-288.png', 1, '2026-11-24 09:00:00');
CREATE TABLE "SearchTerms" (
    "Term" TEXT NOT NULL,
    "IssueId" INTEGER NOT NULL,
    "Weight" INTEGER NOT NULL,
    CONSTRAINT "PK_SearchTerms" PRIMARY KEY ("Term", "IssueId"),
    CONSTRAINT "FK_SearchTerms_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('a', 1, 2);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('at', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('being', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('built', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('from', 1, 10);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('is', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('noon', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('novak', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('road', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('steppe', 1, 10);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('the', 1, 10);
CREATE TABLE "SearchTexts" (
    "IssueId" INTEGER NOT NULL CONSTRAINT "PK_SearchTexts" PRIMARY KEY,
    "Text" TEXT NOT NULL,
    CONSTRAINT "FK_SearchTexts_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "SearchTexts" ("IssueId", "Text") VALUES (1, 'A road is being built. At noon A. Novak');
CREATE TABLE "ReaderImports" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ReaderImports" PRIMARY KEY AUTOINCREMENT,
    "State" TEXT NOT NULL,
    "Actor" TEXT NOT NULL,
    "Choices" TEXT NOT NULL,
    "Fingerprint" BLOB NULL,
    "Findings" TEXT NULL,
    "Chunks" INTEGER NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "FinishedAt" TEXT NULL,
    "QueuedUntil" TEXT NULL
);
INSERT INTO "ReaderImports" ("Id", "State", "Actor", "Choices", "Fingerprint", "Findings", "Chunks", "CreatedAt", "FinishedAt", "QueuedUntil") VALUES (1, 'Ready', 'command line', '{"Newsletter":null,"From":null,"Status":null,"ConsentDate":null,"Encoding":null,"Map":{},"SendConfirmations":false}', NULL, '{"Files":[{"Name":"readers.csv","System":"dispatch","Title":"a CSV in Dispatch\u0027s form","Because":"it has the columns email and status","Form":"UTF-8, commas, lines end with LF"}],"Remarks":[],"Newsletter":"china-in-eurasia","Rows":1,"Refused":0,"Skipped":{},"WithoutWord":0,"WithoutDate":0,"AssumedUtc":0,"Dropped":{},"Fields":["city"],"UnknownLists":[],"ChunksLookedAt":0}', 1, '2026-12-02 09:00:00', NULL, NULL);
CREATE TABLE "ReaderImportChunks" (
    "ImportId" INTEGER NOT NULL,
    "Number" INTEGER NOT NULL,
    "Done" INTEGER NOT NULL,
    "Counts" TEXT NULL,
    CONSTRAINT "PK_ReaderImportChunks" PRIMARY KEY ("ImportId", "Number"),
    CONSTRAINT "FK_ReaderImportChunks_ReaderImports_ImportId" FOREIGN KEY ("ImportId") REFERENCES "ReaderImports" ("Id") ON DELETE CASCADE
);
INSERT INTO "ReaderImportChunks" ("ImportId", "Number", "Done", "Counts") VALUES (1, 0, 0, NULL);
CREATE TABLE "ReaderImportPieces" (
    "ImportId" INTEGER NOT NULL,
    "Chunk" INTEGER NOT NULL,
    "Number" INTEGER NOT NULL,
    "Sealed" BLOB NOT NULL,
    CONSTRAINT "PK_ReaderImportPieces" PRIMARY KEY ("ImportId", "Chunk", "Number"),
    CONSTRAINT "FK_ReaderImportPieces_ReaderImports_ImportId" FOREIGN KEY ("ImportId") REFERENCES "ReaderImports" ("Id") ON DELETE CASCADE
);
INSERT INTO "ReaderImportPieces" ("ImportId", "Chunk", "Number", "Sealed") VALUES (1, 0, 0, X'01C0806026F968598B78F277B6EB923C5268A49730CE39AB872E2EBEDF22E0B5CDDCD7908522283C3EBAE3C4C938EC3E205F74108F4CB9D06FBC61714B6F1B1C18D98AC6D4343D5E5BEDFD77E929F77F0590CB3D0090B50B61F9FFDC2562ADE84B98E00411894E81964E3FD87FF9EAE2AF60A927F363C1FC8FB577758C1B09A80A2D5663243C8057');
CREATE TABLE "Bounces" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Bounces" PRIMARY KEY AUTOINCREMENT,
    "Key" BLOB NOT NULL,
    "At" TEXT NOT NULL,
    "Source" TEXT NOT NULL,
    "Kind" TEXT NOT NULL,
    "EnhancedCode" TEXT NULL,
    "Reason" TEXT NOT NULL,
    "Rule" TEXT NOT NULL,
    "Part" TEXT NOT NULL,
    "Proof" TEXT NOT NULL,
    "Provider" TEXT NOT NULL,
    "IssueId" INTEGER NULL,
    "SubscriberId" INTEGER NULL,
    "MailId" INTEGER NULL,
    "Effect" TEXT NOT NULL,
    "UndoneAt" TEXT NULL,
    "UndoneBy" TEXT NULL,
    CONSTRAINT "FK_Bounces_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT,
    CONSTRAINT "FK_Bounces_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE SET NULL
);
INSERT INTO "Bounces" ("Id", "Key", "At", "Source", "Kind", "EnhancedCode", "Reason", "Rule", "Part", "Proof", "Provider", "IssueId", "SubscriberId", "MailId", "Effect", "UndoneAt", "UndoneBy") VALUES (1, X'C66D10A92EBAA23EEB0FC3C9F293623872DC3188A24091DDFCFF018F39DD9AA4', '2026-12-02 09:00:00', 'Report', 'Soft', '5.2.2', 'the mailbox is full', 'code 5.2.2', 'delivery status (RFC 3464)', 'Token', 'other', 1, 1, NULL, 'Counted', NULL, NULL);
CREATE TABLE "MailboxStates" (
    "Mailbox" TEXT NOT NULL CONSTRAINT "PK_MailboxStates" PRIMARY KEY,
    "LeasedBy" TEXT NULL,
    "LeasedUntil" TEXT NULL,
    "ReadAt" TEXT NULL,
    "Fault" TEXT NULL,
    "FaultAt" TEXT NULL,
    "Read" INTEGER NOT NULL,
    "Unclear" INTEGER NOT NULL
);
INSERT INTO "MailboxStates" ("Mailbox", "LeasedBy", "LeasedUntil", "ReadAt", "Fault", "FaultAt", "Read", "Unclear") VALUES ('0 imap://mail.sender.test:993', NULL, NULL, '2026-12-02 09:00:00', NULL, NULL, 1, 0);
CREATE TABLE "SeenMessages" (
    "Mailbox" TEXT NOT NULL,
    "Uidl" TEXT NOT NULL,
    CONSTRAINT "PK_SeenMessages" PRIMARY KEY ("Mailbox", "Uidl")
);
INSERT INTO "SeenMessages" ("Mailbox", "Uidl") VALUES ('1 pop3://mail.sender.test:995', '1');
CREATE TABLE "SenderReportLines" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_SenderReportLines" PRIMARY KEY AUTOINCREMENT,
    "Key" BLOB NOT NULL,
    "Kind" TEXT NOT NULL,
    "Reporter" TEXT NOT NULL,
    "Domain" TEXT NOT NULL,
    "BeginAt" TEXT NOT NULL,
    "EndAt" TEXT NOT NULL,
    "Source" TEXT NOT NULL,
    "Messages" INTEGER NOT NULL,
    "Passed" INTEGER NOT NULL,
    "Detail" TEXT NOT NULL
);
INSERT INTO "SenderReportLines" ("Id", "Key", "Kind", "Reporter", "Domain", "BeginAt", "EndAt", "Source", "Messages", "Passed", "Detail") VALUES (1, X'0000000000000000000000000000000000000000000000000000000000000000', 'Dmarc', 'provider.example', 'sender.test', '0001-01-01 00:00:00', '0001-01-01 00:00:00', '192.0.2.1', 1, 1, 'none');
CREATE TABLE "ImportedIssues" (
    "IssueId" INTEGER NOT NULL CONSTRAINT "PK_ImportedIssues" PRIMARY KEY,
    "NewsletterId" INTEGER NOT NULL,
    "System" TEXT NOT NULL,
    "Key" TEXT NOT NULL,
    CONSTRAINT "FK_ImportedIssues_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_ImportedIssues_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE CASCADE
);
INSERT INTO "ImportedIssues" ("IssueId", "NewsletterId", "System", "Key") VALUES (1, 1, 'ghost', 'from-the-steppe');
CREATE TABLE "OldAddresses" (
    "Path" TEXT NOT NULL CONSTRAINT "PK_OldAddresses" PRIMARY KEY,
    "IssueId" INTEGER NOT NULL,
    CONSTRAINT "FK_OldAddresses_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "OldAddresses" ("Path", "IssueId") VALUES ('/p/from-the-steppe', 1);
CREATE TABLE "ProviderSums" (
    "IssueId" INTEGER NOT NULL,
    "Provider" TEXT NOT NULL,
    "Accepted" INTEGER NOT NULL,
    "Deferred" INTEGER NOT NULL,
    "Rejected" INTEGER NOT NULL,
    "Refused" INTEGER NOT NULL,
    "Reported" INTEGER NOT NULL,
    "HeldAt" TEXT NULL,
    "HeldFor" TEXT NULL,
    "ResumedAt" TEXT NULL,
    CONSTRAINT "PK_ProviderSums" PRIMARY KEY ("IssueId", "Provider"),
    CONSTRAINT "FK_ProviderSums_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT
);
INSERT INTO "ProviderSums" ("IssueId", "Provider", "Accepted", "Deferred", "Rejected", "Refused", "Reported", "HeldAt", "HeldFor", "ResumedAt") VALUES (1, 'other', 2, 0, 1, 0, 0, NULL, NULL, NULL);
CREATE TABLE "__EFMigrationsLock" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
    "Timestamp" TEXT NOT NULL
);
CREATE UNIQUE INDEX "IX_ApiTokens_Hash" ON "ApiTokens" ("Hash");
CREATE INDEX "IX_ApiTokens_MadeById" ON "ApiTokens" ("MadeById");
CREATE UNIQUE INDEX "IX_ApiTokens_Name" ON "ApiTokens" ("Name");
CREATE INDEX "IX_AspNetRoleClaims_RoleId" ON "AspNetRoleClaims" ("RoleId");
CREATE UNIQUE INDEX "RoleNameIndex" ON "AspNetRoles" ("NormalizedName");
CREATE INDEX "IX_AspNetUserClaims_UserId" ON "AspNetUserClaims" ("UserId");
CREATE INDEX "IX_AspNetUserLogins_UserId" ON "AspNetUserLogins" ("UserId");
CREATE INDEX "IX_AspNetUserRoles_RoleId" ON "AspNetUserRoles" ("RoleId");
CREATE INDEX "IX_Audit_At" ON "Audit" ("At");
CREATE INDEX "IX_Audit_Target_Id" ON "Audit" ("Target", "Id");
CREATE INDEX "IX_Confirmations_ExpiresAt" ON "Confirmations" ("ExpiresAt");
CREATE INDEX "IX_Confirmations_RobotSeenAt" ON "Confirmations" ("RobotSeenAt") WHERE "RobotNetwork" IS NOT NULL;
CREATE INDEX "IX_Confirmations_SubscriberId" ON "Confirmations" ("SubscriberId");
CREATE UNIQUE INDEX "IX_Confirmations_TokenHash" ON "Confirmations" ("TokenHash");
CREATE INDEX "IX_Deliveries_IssueId_Chunk" ON "Deliveries" ("IssueId", "Chunk");
CREATE INDEX "IX_Deliveries_Replies" ON "Deliveries" ("IssueId") WHERE "ReplyText" IS NOT NULL;
CREATE INDEX "IX_Deliveries_SubscriberId" ON "Deliveries" ("SubscriberId");
CREATE INDEX "IX_Deliveries_Uncertain" ON "Deliveries" ("IssueId") WHERE "UncertainAt" IS NOT NULL;
CREATE INDEX "IX_DeliveryChunks_Done_NextAttemptAt" ON "DeliveryChunks" ("Done", "NextAttemptAt");
CREATE UNIQUE INDEX "IX_EditionSlots_IssueId" ON "EditionSlots" ("IssueId");
CREATE UNIQUE INDEX "IX_EditionSlots_NewsletterId_At" ON "EditionSlots" ("NewsletterId", "At");
CREATE INDEX "IX_IdempotencyKeys_CreatedAt" ON "IdempotencyKeys" ("CreatedAt");
CREATE UNIQUE INDEX "IX_Issues_NewsletterId_Slug" ON "Issues" ("NewsletterId", "Slug");
CREATE INDEX "IX_Issues_State_SendAt" ON "Issues" ("State", "SendAt");
CREATE UNIQUE INDEX "IX_Newsletters_Slug" ON "Newsletters" ("Slug");
CREATE INDEX "IX_OneTimeLinks_ExpiresAt" ON "OneTimeLinks" ("ExpiresAt");
CREATE INDEX "IX_OneTimeLinks_SubscriberId" ON "OneTimeLinks" ("SubscriberId");
CREATE UNIQUE INDEX "IX_OneTimeLinks_TokenHash" ON "OneTimeLinks" ("TokenHash");
CREATE UNIQUE INDEX "IX_Photos_IssueId_FileName" ON "Photos" ("IssueId", "FileName");
CREATE INDEX "IX_SignUpTallies_EndsAt" ON "SignUpTallies" ("EndsAt");
CREATE INDEX "EmailIndex" ON "Staff" ("NormalizedEmail");
CREATE UNIQUE INDEX "UserNameIndex" ON "Staff" ("NormalizedUserName");
CREATE INDEX "IX_StaffSessions_SeenAt" ON "StaffSessions" ("SeenAt");
CREATE INDEX "IX_StaffSessions_StaffId" ON "StaffSessions" ("StaffId");
CREATE INDEX "IX_SubscriberMails_SubscriberId" ON "SubscriberMails" ("SubscriberId");
CREATE UNIQUE INDEX "IX_Subscribers_AddressHash" ON "Subscribers" ("AddressHash");
CREATE INDEX "IX_Subscriptions_NewsletterId_State" ON "Subscriptions" ("NewsletterId", "State");
CREATE INDEX "IX_Subscriptions_PausedUntil" ON "Subscriptions" ("PausedUntil") WHERE "PausedUntil" IS NOT NULL;
CREATE UNIQUE INDEX "IX_Subscriptions_SubscriberId_NewsletterId" ON "Subscriptions" ("SubscriberId", "NewsletterId");
CREATE INDEX "IX_Subscriptions_UnsubscribedAt" ON "Subscriptions" ("UnsubscribedAt") WHERE "UnsubscribedAt" IS NOT NULL;
CREATE INDEX "IX_SubscriberMails_Confirmations" ON "SubscriberMails" ("NextAttemptAt") WHERE "State" = 'Waiting' AND "Kind" = 'Confirmation';
CREATE INDEX "IX_SubscriberMails_Others" ON "SubscriberMails" ("NextAttemptAt") WHERE "State" = 'Waiting' AND "Kind" <> 'Confirmation';
CREATE INDEX "IX_Corrections_IssueId" ON "Corrections" ("IssueId");
CREATE INDEX "IX_Logos_NewsletterId" ON "Logos" ("NewsletterId");
CREATE INDEX "IX_SearchTerms_IssueId" ON "SearchTerms" ("IssueId");
CREATE INDEX "IX_ReaderImports_State" ON "ReaderImports" ("State") WHERE "State" <> 'Done';
CREATE INDEX "IX_Bounces_At" ON "Bounces" ("At");
CREATE INDEX "IX_Bounces_IssueId_SubscriberId" ON "Bounces" ("IssueId", "SubscriberId");
CREATE UNIQUE INDEX "IX_Bounces_Key" ON "Bounces" ("Key");
CREATE INDEX "IX_Bounces_MailId" ON "Bounces" ("MailId") WHERE "MailId" IS NOT NULL;
CREATE INDEX "IX_Bounces_SubscriberId" ON "Bounces" ("SubscriberId");
CREATE INDEX "IX_SenderReportLines_EndAt" ON "SenderReportLines" ("EndAt");
CREATE INDEX "IX_SenderReportLines_Key" ON "SenderReportLines" ("Key");
CREATE UNIQUE INDEX "IX_ImportedIssues_NewsletterId_System_Key" ON "ImportedIssues" ("NewsletterId", "System", "Key");
CREATE INDEX "IX_OldAddresses_IssueId" ON "OldAddresses" ("IssueId");
CREATE INDEX "IX_ProviderSums_HeldAt" ON "ProviderSums" ("HeldAt") WHERE "HeldAt" IS NOT NULL;
