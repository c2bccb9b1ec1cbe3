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
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (1, 'correspondent', 'CORRESPONDENT', '2551dfa8-bc7d-42d6-865f-be024b49a856');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (2, 'editor', 'EDITOR', 'a95573ee-5f3f-45a9-8009-e6efd33ab467');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (3, 'ops', 'OPS', 'deda5fb5-b4e3-4598-8702-f3caa2bac4ba');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (4, 'admin', 'ADMIN', '5438b669-4c8e-4827-aa85-310643c5a812');
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
INSERT INTO "IdempotencyKeys" ("Key", "RequestHash", "Status", "ContentType", "Location", "ETag", "Body", "CreatedAt") VALUES (X'C5DBFCA3D30A8BA16FE84FFBA6A366D569D6E753DAD960866075B8CEC70032F1', X'AA3C736D01EE3C884B5FF9A369C155D93F6C9CFCBBD692A32549D524BFB4B633', 201, 'application/json; charset=utf-8', 'http://localhost/api/v1/issues/1', '"1"', X'7B226964223A312C226E6577736C6574746572223A226368696E612D696E2D65757261736961222C227375626A656374223A2246726F6D2074686520737465707065222C22707265686561646572223A22222C22736C7567223A2266726F6D2D7468652D737465707065222C2262796C696E65223A22222C226172636869766564223A747275652C2270696374757265223A22222C22626F6479223A224120726F6164206973206265696E67206275696C742E5C6E5C6E215B54686520626F726465725D2870686F746F732F626F726465722E6A7067205C224174206E6F6F6E207C20412E204E6F76616B5C2229222C227374617465223A226472616674222C22736C6F74223A6E756C6C2C227265766973696F6E223A312C2273656E644174223A6E756C6C2C22637265617465644174223A22323032362D31312D32345430393A30303A30302B30303A3030222C22757064617465644174223A22323032362D31312D32345430393A30303A30302B30303A3030222C2273656E64537461727465644174223A6E756C6C2C2273656E744174223A6E756C6C2C2274726F75626C65223A6E756C6C2C22617070726F7665645265766973696F6E223A6E756C6C2C22617070726F7665644279223A6E756C6C2C22617070726F7665644174223A6E756C6C2C2272657374537461727465644174223A6E756C6C2C227265737453656E744174223A6E756C6C2C22666972737453656E7457697468223A6E756C6C7D', '2026-11-24 09:00:00');
CREATE TABLE "KeyRingMarks" (
    "Fingerprint" TEXT NOT NULL CONSTRAINT "PK_KeyRingMarks" PRIMARY KEY
);
INSERT INTO "KeyRingMarks" ("Fingerprint") VALUES ('3704d9d9b651ee16');
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
INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (X'43CAB758F3ABE3FC51FA7A1D1B9EA6A6D44E965BE6C7830D149756AF898A9C6A', '2026-11-24 10:00:00', 2);
INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (X'B42381CD7AD0B5A77959564BBEBD2F55EDC1673E9F62D906B276D1E3E5FB0307', '2026-11-25 09:00:00', 1);
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
INSERT INTO "Staff" ("Id", "LastSignInAt", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "EmailConfirmed", "PasswordHash", "SecurityStamp", "ConcurrencyStamp", "PhoneNumber", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnd", "LockoutEnabled", "AccessFailedCount") VALUES (1, '2026-12-02 09:00:00', 'staff1@desk.test', 'STAFF1@DESK.TEST', 'staff1@desk.test', 'STAFF1@DESK.TEST', 1, 'AQAAAAIAAAPoAAAAEBcpVLUvlgXy/bHlblT4+dGMGCS6cdykUuLvctjCwqZKpWoz598dCZ4Aodf1EhgJpw==', 'O4CHGE62CAQVOVZT4SYOB7UHT7IGCWVD', '9e36e769-a7ca-40d4-b4d0-842bb1ad4565', NULL, 0, 0, NULL, 0, 0);
CREATE TABLE "Subscribers" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Subscribers" PRIMARY KEY AUTOINCREMENT,
    "AddressHash" BLOB NOT NULL,
    "SealedAddress" BLOB NOT NULL,
    "SealedName" BLOB NULL,
    "Language" TEXT NULL,
    "CreatedAt" TEXT NOT NULL
, "SealedFields" BLOB NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (1, X'9D1325C7022DCBAE19EEB75C962C6E7B780BDDA81E95647D5D50ABBC552615F3', X'017014633E5203BC315F82905FC4AC2B8ABDEE01F91637E028A8CA160D8DFA11A4221419AEC59907297530DF4045267F5888E9FFAF8847F4FACD96B7F8714F7B4DD83193F1922278973266365295642DFC6498182B06405F9404F89E6A', X'01A081C11194062D63EEDA5004E5C38BFEE13E13FA4EE0B0B7F5628CD0879DE40BB26B11F4E1324A89D36F885F92DD5B75F416FBCD8D6212970E3CC8EC99F3989AAD3731EF25DA02895507BBC7279C6462499BDC76CA139A1A44E1BC8F', NULL, '2026-11-24 00:00:00', NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (2, X'1AA7AFD67F4C5D17649D190937DF0557F6BE89CEDE0BCFAC2FA5BC593D1D64BD', X'01D0C46E2CA184803D1EC0F780995FAC8209EF76417FF2BF8CC4340EE4671ED62A96F7176EE768374778A317E6F161D461C4CF8CEA221C85DCB77203B200F19AAED1B7188246632741180710C925632A38E738B1D4DD14C43CC09F1F24', NULL, NULL, '2026-11-24 00:00:00', NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (4, X'50CEDEFBD34F01CBFE697BEE2474012624C74E05B6D14E80C325CA50B100D7C6', X'0145896C1527C541CA72C55109171BCC183DCB1F47E7DFFEF613DF43A3FFACDA05AD0FF00D3F2579638C1E1BA2D0AEA0395F29FE8DD5CA3D9E896784F1D9FDE56DF02DAC7E33C7FBD2293D8F93C8FB3BA12E16ED4C222CEB744B3B4E8E', NULL, NULL, '2026-12-02 00:00:00', NULL);
CREATE TABLE "Suppressions" (
    "AddressHash" BLOB NOT NULL CONSTRAINT "PK_Suppressions" PRIMARY KEY,
    "Reason" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL
);
INSERT INTO "Suppressions" ("AddressHash", "Reason", "CreatedAt") VALUES (X'3C6E65B9857AA0DEB70FF52FE60BE577D59E1413FC2B3AD1A405FAB3AD782FE4', 'HardBounce', '2026-11-24 09:00:00');
INSERT INTO "Suppressions" ("AddressHash", "Reason", "CreatedAt") VALUES (X'F97F664F7DE25F1B082B59C368FFB4671FEEBD9606A384C7A85C5528F3431F26', 'Erased', '2026-12-02 00:00:00');
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
INSERT INTO "ApiTokens" ("Id", "Name", "Role", "Hash", "CreatedAt", "ExpiresAt", "LastUsedAt", "MadeById") VALUES (1, 'test 53207000-388f-4a94-9a9d-4a03494d4c19', 'editor', X'978355D77E69079E218057A4E424E968135709EBFC3F8B6D6A19B8E20204021B', '2026-11-24 09:00:00', '2027-11-24 09:00:00', '2026-12-02 09:00:00', NULL);
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
INSERT INTO "StaffSessions" ("Hash", "StaffId", "CreatedAt", "SeenAt") VALUES (X'E8C3DE0889B58568ECBF62AAED24048ECF093722679873805E723ED88B45AECE', 1, '2026-12-02 09:00:00', '2026-12-02 09:00:00');
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
INSERT INTO "Confirmations" ("Id", "SubscriberId", "NewsletterIds", "Seed", "TokenHash", "SealedName", "Language", "Source", "CreatedAt", "ExpiresAt", "UsedAt", "RemindedAt", "RobotSeenAt", "RobotNetwork", "DoubtedAt") VALUES (1, 1, '[1]', X'95A7FCBD2A62DD3C41C661E78963A971', X'798572C8ADFFB769A7DBEBB28C083ABCD4543DDD9FE7B3AAC99B6F2DCD82278F', NULL, NULL, 'form', '2026-11-24 09:00:00', '2026-12-01 09:00:00', '2026-11-24 09:00:00', NULL, NULL, NULL, NULL);
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
INSERT INTO "OneTimeLinks" ("Id", "SubscriberId", "Purpose", "Seed", "TokenHash", "SealedAddress", "CreatedAt", "ExpiresAt", "UsedAt") VALUES (1, 4, 'Preferences', X'EFB8AFE7D228C47DF69B7BFBEE3840E1', X'DE1B4FCE1CAA0F02FEDADD5B79CAF5475AA8EF83F532A994AFC8FAC1FC08DD13', NULL, '2026-12-02 09:00:00', '2026-12-02 10:00:00', NULL);
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
INSERT INTO "Editions" ("IssueId", "Revision", "Subject", "From", "ReplyTo", "NewsletterName", "Locale", "MailHtml", "MailText", "WebHtml", "MessageIdSeed", "RenderedAt") VALUES (1, 1, 'From the steppe', 'China In Eurasia <news@sender.test>', NULL, 'China In Eurasia', 'en', '<p>A road is being built.</p>', 'A road is being built.', '<p>A road is being built.</p>', X'765C2A851A7D1FC3B09A6AA7166080F01587A7DD7D2138D48BCA5BB7A58B122C', '2026-12-02 09:00:00');
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
INSERT INTO "ReaderImportPieces" ("ImportId", "Chunk", "Number", "Sealed") VALUES (1, 0, 0, X'01B90816DDA2F2554397DFBD5CA7DF3DEEDE5F1BDC0459BF523E7310AD6EBF3DC8B07A6BD6ED84A98DA6119CC9E7DF3646839777566E2446A3C22B1E166A58B76AFBF8273A42098A7DA14E3CDBB17F8664F0B57E386C46D19FAA5555FD5C16F1D5337FD77087AB74E3AD2D67B5C023662E054FBCFEDF102C471E1E9016CA6CB9E8C9822AEE1367EB');
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
