using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    // What addresses were mailed on the day of the change is not carried along: SQL can't make the keyed hashes it is counted under.
    public partial class TalliesEnd : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(
                name: "StartedAt",
                table: "SignUpTallies",
                newName: "EndsAt");

            migrationBuilder.RenameIndex(
                name: "IX_SignUpTallies_StartedAt",
                table: "SignUpTallies",
                newName: "IX_SignUpTallies_EndsAt");
            // Windows get lengths of their own: a day for an address. All there were until now are an hour's.
            migrationBuilder.Sql("""UPDATE "SignUpTallies" SET "EndsAt" = strftime('%Y-%m-%d %H:%M:%S', "EndsAt", '+1 hour')""");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""UPDATE "SignUpTallies" SET "EndsAt" = strftime('%Y-%m-%d %H:%M:%S', "EndsAt", '-1 hour')""");
            migrationBuilder.RenameColumn(
                name: "EndsAt",
                table: "SignUpTallies",
                newName: "StartedAt");

            migrationBuilder.RenameIndex(
                name: "IX_SignUpTallies_EndsAt",
                table: "SignUpTallies",
                newName: "IX_SignUpTallies_StartedAt");
        }
    }
}
