using System.Globalization;

namespace Dispatch.Worker.Issues;

/// <summary>A slot as people name it: by its day in the newsletter's time zone, or as the next free slot if there is no date.</summary>
public readonly record struct SlotChoice(DateOnly? Date)
{
    public static SlotChoice Next => new(null);

    /// <summary>
    /// Parses <c>2026-12-02</c> or <c>next</c>, as written in a file, on the command line, on the desk and in the HTTP API.
    /// </summary>
    public static bool TryParse(string text, out SlotChoice slot)
    {
        slot = Next;
        if (text == "next")
            return true;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return false;
        slot = new(date);
        return true;
    }
}
