// The emoji that apps use most, by their short names; an unknown name stays as it was written.

const TABLE = `
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ no_entry ⛔ no_entry_sign 🚫
warning ⚠️ exclamation ❗ question ❓ information_source ℹ️ bulb 💡 mag 🔍 mag_right 🔎 bell 🔔 no_bell 🔕
loudspeaker 📢 mega 📣 speech_balloon 💬 thought_balloon 💭 memo 📝 pencil 📝 pencil2 ✏️ page_facing_up 📄
page_with_curl 📃 clipboard 📋 paperclip 📎 link 🔗 label 🏷️ bookmark 🔖 pushpin 📌 round_pushpin 📍
file_folder 📁 open_file_folder 📂 card_index 📇 inbox_tray 📥 outbox_tray 📤 package 📦 email 📧 envelope ✉️
phone 📞 telephone_receiver 📞 calendar 📅 date 📅 spiral_calendar_pad 🗓️ clock1 🕐 hourglass ⌛
hourglass_flowing_sand ⏳ stopwatch ⏱️ alarm_clock ⏰ lock 🔒 unlock 🔓 key 🔑 closed_lock_with_key 🔐
shield 🛡️ gear ⚙️ wrench 🔧 hammer_and_wrench 🛠️ electric_plug 🔌 wastebasket 🗑️ bust_in_silhouette 👤
busts_in_silhouette 👥 wave 👋 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 clap 👏 raised_hands 🙌 pray 🙏 eyes 👀
muscle 💪 point_right 👉 point_left 👈 smile 😄 slightly_smiling_face 🙂 grinning 😀 blush 😊 thinking_face 🤔
sweat_smile 😅 cry 😢 tada 🎉 sparkles ✨ star ⭐ star2 🌟 heart ❤️ fire 🔥 rocket 🚀 zap ⚡ trophy 🏆 dart 🎯
seedling 🌱 handshake 🤝 briefcase 💼 necktie 👔 office 🏢 globe_with_meridians 🌐 arrow_right ➡️
arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrows_counterclockwise 🔄 repeat 🔁 leftwards_arrow_with_hook ↩️
heavy_plus_sign ➕ heavy_minus_sign ➖ red_circle 🔴 large_yellow_circle 🟡 large_green_circle 🟢
large_blue_circle 🔵 white_circle ⚪ black_circle ⚫ small_blue_diamond 🔹 small_orange_diamond 🔸
bar_chart 📊 chart_with_upwards_trend 📈 robot_face 🤖 construction 🚧 sos 🆘 new 🆕 ok 🆗
`;

const words = TABLE.trim().split(/\s+/);
const BY_NAME = new Map(words.flatMap((word, at) => (at % 2 ? [] : [[word, words[at + 1]]])));

export const emoji = (name) => BY_NAME.get(name) ?? `:${name}:`;

export const withEmoji = (text) => text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => BY_NAME.get(name) ?? whole);
